// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.engine.TestModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Holds the gradients through two steps of a linear network against values that another implementation computed in float64. */
class UnrolledNetworkGoldenTest {

    private static final JsonNode GOLDEN = golden();
    private static final float TOLERANCE = 1e-5f;

    @Test
    void theLinearCaseHasTheGoldenLossAndGradients() {
        // Given
        JsonNode inputs = GOLDEN.get("inputs");
        JsonNode expected = GOLDEN.get("dataset_distillation_linear");
        UnrolledNetwork.Lessons lessons =
                new UnrolledNetwork.Lessons(floats(inputs.get("dd_x")), ints(inputs.get("dd_y")), 1);
        FloatBuffer real = FloatBuffer.wrap(floats(inputs.get("teacher_features")));
        int[] labels = ints(inputs.get("labels"));
        float[] weights = floats(inputs.get("dd_w0"));
        try (UnrolledNetwork network = UnrolledNetwork.load(TestModels.linear())) {
            UnrolledNetwork.Outcome before = network.descend(weights, lessons, new float[0], real, labels);

            // When
            UnrolledNetwork.Outcome after =
                    network.descend(weights, lessons, floats(inputs.get("dd_eta")), real, labels);

            // Then
            assertThat(before.loss()).isCloseTo(expected.get("loss_before").asDouble(), within((double) TOLERANCE));
            assertThat(after.loss()).isCloseTo(expected.get("loss_after").asDouble(), within((double) TOLERANCE));
            assertThat(after.pixels()).containsExactly(floats(expected.get("grad_x")), within(TOLERANCE));
            assertThat(after.rates()).containsExactly(floats(expected.get("grad_eta")), within(TOLERANCE));
            assertThat(after.weights()).containsExactly(floats(expected.get("grad_w0")), within(TOLERANCE));
        }
    }

    private static JsonNode golden() {
        String file = System.getProperty("test.golden", "");
        try (InputStream in = file.isEmpty()
                ? UnrolledNetworkGoldenTest.class.getResourceAsStream("/golden_losses.json")
                : Files.newInputStream(Path.of(file))) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the golden vectors " + file, e);
        }
    }

    /** All numbers of a vector or matrix, row-major. */
    private static float[] floats(JsonNode node) {
        double[] values = StreamSupport.stream(node.spliterator(), false)
                .flatMap(row -> row.isArray() ? StreamSupport.stream(row.spliterator(), false) : Stream.of(row))
                .mapToDouble(JsonNode::asDouble)
                .toArray();
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static int[] ints(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }
}
