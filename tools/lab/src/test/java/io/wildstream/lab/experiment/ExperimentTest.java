// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.cluster.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTest {

    @TempDir
    Path directory;

    @Test
    void hasATitleForEachName() {
        assertThat(Experiment.names()).contains("kd-zoo", "condense").doesNotHaveDuplicates();
        assertThat(Experiment.names())
                .allSatisfy(name -> assertThat(Experiment.title(name)).isNotBlank());
    }

    @Test
    void writesTableFiguresAndPicture() throws IOException {
        // Given
        Path json = directory.resolve("figures/table.json");
        ResultTable table = table();

        // When
        Experiment.write(table, directory.resolve("report"), json);

        // Then
        assertThat(Files.readAllLines(directory.resolve("report/table.md"))).isEqualTo(table.markdown());
        assertThat(ImageIO.read(directory.resolve("report/accuracy.png").toFile()))
                .isNotNull();
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.at("/experiment").asText()).isEqualTo("kd-fn");
        assertThat(figures.at("/rows/0/arm").asText()).isEqualTo("kd");
        assertThat(figures.at("/rows/0/mean").asDouble()).isEqualTo(0.75);
        assertThat(figures.at("/rows/0/teacher_accuracy").asDouble()).isEqualTo(0.9);
        assertThat(figures.at("/rows/1").has("deviation")).isFalse();
        assertThat(figures.at("/measurements/0/weights_sha256").asText()).isEqualTo("digest");
    }

    @Test
    void saysWhereResultsCannotBeWritten() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("file"), "in the way");

        // When // Then
        assertThatThrownBy(() -> Experiment.write(table(), file, directory.resolve("table.json")))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith("the results cannot be written to " + file);
    }

    private static ResultTable table() {
        TrialOutcome outcome = new TrialOutcome(
                List.of(measured("kd", 1, 0.7), measured("kd", 2, 0.8), measured("ce", 1, 0.6)), List.of());
        return ResultTable.of("kd-fn", "KD against KD-fn", "experiment kd-fn", List.of(1L, 2L), 600, outcome, 12);
    }

    private static Measurement measured(String arm, long seed, double accuracy) {
        return new Measurement("noise-20", arm, seed, 100, 600, accuracy, 0.5, 0.9, "digest");
    }
}
