// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoiseMatrixTest {

    private static final CheckpointManifest MANIFEST =
            CheckpointManifest.newBuilder().setDirectory("dfnd/60").build();

    @TempDir
    Path checkpoints;

    @Test
    void isReadRowByRow() throws IOException {
        // Given
        write("{\"terms\": [{\"name\": \"dfnd\", \"q\": [[0.9, 0.1], [0.2, 0.8]]}]}");

        // When
        double[][] matrix = NoiseMatrix.read(checkpoints, MANIFEST).orElseThrow();

        // Then
        assertThat(matrix).isDeepEqualTo(new double[][] {{0.9, 0.1}, {0.2, 0.8}});
    }

    @Test
    void isAbsentWhereNoTermHasOne() throws IOException {
        // Given
        write("{\"terms\": [{\"name\": \"kd\"}]}");

        // When // Then
        assertThat(NoiseMatrix.read(checkpoints, MANIFEST)).isEmpty();
    }

    @Test
    void isAbsentWithoutTheFile() throws IOException {
        assertThat(NoiseMatrix.read(checkpoints, MANIFEST)).isEmpty();
    }

    private void write(String terms) throws IOException {
        Path file = checkpoints.resolve("dfnd/60/terms.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, terms);
    }
}
