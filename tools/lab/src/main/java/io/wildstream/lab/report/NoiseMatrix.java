// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the learned noise matrix Q out of a checkpoint. */
final class NoiseMatrix {

    private NoiseMatrix() {}

    /** Q row by row, or empty when no term of the student's loss has one. */
    static Optional<double[][]> read(Path checkpoints, CheckpointManifest manifest) throws IOException {
        Path file = checkpoints.resolve(manifest.getDirectory()).resolve("terms.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode rows = new ObjectMapper().readTree(file.toFile()).findValue("q");
        if (rows == null) {
            return Optional.empty();
        }
        double[][] matrix = new double[rows.size()][];
        for (int row = 0; row < matrix.length; row++) {
            matrix[row] = new double[rows.get(row).size()];
            for (int column = 0; column < matrix[row].length; column++) {
                matrix[row][column] = rows.get(row).get(column).asDouble();
            }
        }
        return Optional.of(matrix);
    }
}
