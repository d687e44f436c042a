// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import io.wildstream.engine.ModelDescription;
import io.wildstream.lab.workload.TestWorkloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {

    @TempDir
    Path directory;

    @Test
    void holdPicturesModelsAndFigures() throws IOException {
        // Given
        Path checkpoints = directory.resolve("checkpoints");
        checkpoint(checkpoints, "dfnd", matrix());
        checkpoint(checkpoints, "random", "{\"terms\": []}");
        DemoRun run = DemoRuns.run(checkpoints);
        Path report = directory.resolve("report");
        Path json = directory.resolve("figures/report.json");

        // When
        ReportFiles.write(run, DemoReportBuilder.build(run, 42), report, json);

        // Then
        assertThat(json).exists();
        assertThat(ModelDescription.read(report.resolve("dfnd")).classes()).startsWith("0", "1");
        assertThat(ModelDescription.read(report.resolve("random")).mean()).hasSize(1);
        assertThat(report.resolve("dfnd")).isDirectoryContaining("glob:**model.pt");
        assertThat(report.resolve("noise-matrix-random.png")).doesNotExist();
        for (String picture : new String[] {"samples-dfnd.png", "accuracy.png", "noise-matrix-dfnd.png"}) {
            assertThat(ImageIO.read(report.resolve(picture).toFile()))
                    .as(picture)
                    .isNotNull();
        }
    }

    @Test
    void sayWhichDirectoryCannotBeWritten() {
        // Given
        DemoRun run = DemoRuns.run(directory.resolve("no checkpoints"));
        Path report = directory.resolve("report");

        // When // Then
        assertThatThrownBy(() ->
                        ReportFiles.write(run, DemoReportBuilder.build(run, 42), report, directory.resolve("r.json")))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith(report + " cannot be written");
        assertThat(directory.resolve("r.json")).doesNotExist();
    }

    private static void checkpoint(Path checkpoints, String student, String terms) throws IOException {
        Path step = checkpoints.resolve(student).resolve("60");
        Files.createDirectories(step);
        for (String file : List.of("model.pt", "model.json")) {
            Files.copy(TestWorkloads.LENET.resolve(file), step.resolve(file));
        }
        Files.writeString(step.resolve("terms.json"), terms);
    }

    private static String matrix() {
        String row = Collections.nCopies(10, "0.1").stream().collect(Collectors.joining(",", "[", "]"));
        return "{\"dfnd\": {\"q\": " + Collections.nCopies(10, row).stream().collect(Collectors.joining(",", "[", "]"))
                + "}}";
    }
}
