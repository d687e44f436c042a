// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Json;
import io.wildstream.contracts.v1.CheckpointFile;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The files of a report: {@code report.json}, pictures, and the students as TorchScript. */
public final class ReportFiles {

    private static final String STUDENT_FILE = "student.pt";

    private ReportFiles() {}

    /**
     * Writes all of them.
     *
     * @param directory made when it is missing
     * @param json the file of the report itself
     * @throws ClusterException when a file cannot be written
     */
    public static void write(DemoRun run, DemoReport report, Path directory, Path json) {
        try {
            Files.createDirectories(directory);
            for (CheckpointManifest manifest : run.counts().checkpoints().values()) {
                copyModel(run.checkpoints(), manifest, directory);
            }
            new ReportPictures(run, directory).write();
        } catch (IOException e) {
            throw new ClusterException(directory + " cannot be written: " + e.getMessage(), e);
        }
        Json.write(json, report);
    }

    private static void copyModel(Path checkpoints, CheckpointManifest manifest, Path directory) throws IOException {
        for (CheckpointFile file : manifest.getFilesList()) {
            if (file.getName().equals(STUDENT_FILE)) {
                Files.copy(
                        checkpoints.resolve(manifest.getDirectory()).resolve(file.getName()),
                        directory.resolve(manifest.getStudent() + ".pt"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
