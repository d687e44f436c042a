// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Json;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.engine.ModelDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The files of a report: {@code report.json}, pictures, and the students as model directories. */
public final class ReportFiles {

    private static final List<String> MODEL = List.of(ModelDescription.MODULE_FILE, ModelDescription.DESCRIPTION_FILE);

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

    /** The model directory of a student, out of its last checkpoint: module, names of the classes, contract of the pixels, figures. */
    private static void copyModel(Path checkpoints, CheckpointManifest manifest, Path directory) throws IOException {
        Path model = directory.resolve(manifest.getStudent());
        Files.createDirectories(model);
        for (String file : MODEL) {
            Path temporary = model.resolve(file + ".part");
            Files.copy(
                    checkpoints.resolve(manifest.getDirectory()).resolve(file),
                    temporary,
                    StandardCopyOption.REPLACE_EXISTING);
            Files.move(temporary, model.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
