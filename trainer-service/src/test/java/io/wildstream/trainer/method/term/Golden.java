// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The golden vectors: those bundled, or of the file that the system property {@code test.golden} names. */
final class Golden {

    private final JsonNode root;

    private Golden(JsonNode root) {
        this.root = root;
    }

    static Golden load() {
        String file = System.getProperty("test.golden", "");
        try (InputStream in = file.isEmpty()
                ? Golden.class.getResourceAsStream("/golden_losses.json")
                : Files.newInputStream(Path.of(file))) {
            return new Golden(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the golden vectors " + file, e);
        }
    }

    JsonNode at(String path) {
        JsonNode node = root.at("/" + path);
        if (node.isMissingNode()) {
            throw new IllegalArgumentException("the golden vectors have no " + path);
        }
        return node;
    }

    double number(String path) {
        return at(path).asDouble();
    }

    int integer(String path) {
        return at(path).asInt();
    }

    double[] vector(String path) {
        double[] values = new double[at(path).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = at(path).get(i).asDouble();
        }
        return values;
    }

    double[][] matrix(String path) {
        double[][] rows = new double[at(path).size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = vector(path + "/" + i);
        }
        return rows;
    }

    /** A float64 array of a matrix. */
    static NDArray array(NDManager manager, double[][] rows) {
        double[] flat = java.util.Arrays.stream(rows)
                .flatMapToDouble(java.util.Arrays::stream)
                .toArray();
        return manager.create(flat, new Shape(rows.length, rows[0].length));
    }
}
