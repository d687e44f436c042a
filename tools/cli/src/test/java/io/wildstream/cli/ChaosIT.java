// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.cluster.Home;
import io.wildstream.contracts.testkit.UsesCluster;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of every process of a real cluster: nothing is lost, nothing is learned twice, no process is left. */
@UsesCluster
@Tag("long")
class ChaosIT {

    @TempDir
    Path directory;

    @Test
    void faultsLoseNothingAndRepeatNothing() throws IOException {
        // Given
        Home home = new Home(directory.resolve("home"));
        Path file = directory.resolve("chaos.json");

        // When
        int status = Wildstream.execute(new String[] {
            "chaos",
            "--home=" + home.directory(),
            "--json=" + file,
            "--kills=8",
            "--seed=3",
            "--samples=3000",
            "--teacher=lenet5",
            "--teacher-epochs=1",
            "--student=lenet5",
            "--batch=32",
            "--steps=150",
            "--time-limit=30m"
        });

        // Then
        assertThat(status).isZero();
        JsonNode report = new ObjectMapper().readTree(file.toFile());
        assertThat(report.get("kills").asInt()).isEqualTo(8);
        assertThat(report.get("faults")).hasSize(7);
        assertThat(report.at("/counts/ingested").asLong()).isGreaterThanOrEqualTo(3000);
        assertThat(report.at("/counts/teacher_outputs").asLong())
                .isEqualTo(report.at("/counts/ingested").asLong());
        assertThat(report.at("/counts/trained/dfnd").asLong())
                .isPositive()
                .isEqualTo(report.at("/counts/kept/dfnd").asLong());
        assertThat(report.get("missing")).allMatch(figure -> figure.asLong() == 0);
        assertThat(report.get("duplicates")).allMatch(figure -> figure.asLong() == 0);
        assertThat(report.get("replay_sha256").asText())
                .isEqualTo(report.get("weights_sha256").asText())
                .hasSize(64);
        assertThat(home.stateFile()).doesNotExist();
        assertThat(home.runs()).isEmptyDirectory();
    }
}
