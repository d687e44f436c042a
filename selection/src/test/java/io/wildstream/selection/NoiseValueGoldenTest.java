// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.wildstream.selection.ranked.Candidates;
import io.wildstream.selection.ranked.Cut;
import io.wildstream.selection.ranked.TopN;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Holds the noise value against values that another implementation computed in float64; {@code -Dwildstream.golden} names another file. */
class NoiseValueGoldenTest {

    private static final Struct GOLDEN = golden();
    private static final List<double[]> LOGITS = rows("inputs", "teacher_logits");

    @Test
    void shouldGiveTheGoldenNoiseValuesOfDoubles() {
        // Given
        double[] golden = numbers("noise_values");

        // When
        double[] noiseValues = LOGITS.stream().mapToDouble(NoiseValue::of).toArray();

        // Then
        assertThat(golden).hasSizeGreaterThan(0);
        assertThat(noiseValues).containsExactly(golden, within(1e-10));
    }

    @Test
    void shouldGiveTheGoldenNoiseValuesAndLabelsOfFloats() {
        // Given
        double[] golden = numbers("noise_values");
        double[] goldenLabels = list(GOLDEN, "basics", "teacher_argmax").stream()
                .mapToDouble(Value::getNumberValue)
                .toArray();

        // When
        double[] labels = LOGITS.stream()
                .mapToDouble(row -> NoiseValue.pseudoLabel(floats(row)))
                .toArray();
        double[] noiseValues = LOGITS.stream()
                .mapToDouble(row -> NoiseValue.of(floats(row), NoiseValue.pseudoLabel(floats(row))))
                .toArray();

        // Then
        assertThat(labels).containsExactly(goldenLabels);
        assertThat(noiseValues).containsExactly(golden, within(1e-5));
    }

    @Test
    void shouldSelectTheGoldenSamples() {
        // Given
        double[] noiseValues = LOGITS.stream().mapToDouble(NoiseValue::of).toArray();

        // When
        double[] order = IntStream.range(0, noiseValues.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> noiseValues[i]))
                .mapToDouble(Integer::doubleValue)
                .toArray();

        // Then
        assertThat(order).startsWith(numbers("select_2")).startsWith(numbers("select_3"));
    }

    /**
     * KD-fn's soft term is the cross-entropy of student and teacher under the same normalisation, {@code -sum q_k ln p_k}: with the score
     * at every class k in place of each logarithm it has to give the golden value.
     */
    @Test
    void shouldGiveTheGoldenCrossEntropyOfTheFeatureNormalisedScore() {
        // Given
        double tau = 2;
        List<double[]> student = rows("inputs", "student_logits");
        double[] teacherNorms = numbers("basics", "teacher_norms");
        double[] studentNorms = numbers("basics", "student_norms");

        // When
        double sum = 0;
        for (int i = 0; i < LOGITS.size(); i++) {
            for (int k = 0; k < LOGITS.get(i).length; k++) {
                double teacher = FeatureNormalisedScore.of(LOGITS.get(i), k, teacherNorms[i], tau);
                sum += Math.exp(-teacher) * FeatureNormalisedScore.of(student.get(i), k, studentNorms[i], tau);
            }
        }

        // Then
        double golden = GOLDEN.getFieldsOrThrow("kd_fn")
                .getStructValue()
                .getFieldsOrThrow("soft_tau2")
                .getNumberValue();
        assertThat(sum / LOGITS.size()).isCloseTo(golden, within(1e-10));
    }

    @Test
    void shouldBeTheNoiseValueWhereTauIsTheNormAndTheMaximumWithoutFeatures() {
        // Given
        double[] noiseValues = numbers("noise_values");

        // When // Then
        for (int i = 0; i < LOGITS.size(); i++) {
            int label = NoiseValue.pseudoLabel(floats(LOGITS.get(i)));
            assertThat(FeatureNormalisedScore.of(LOGITS.get(i), label, 3.5, 3.5))
                    .isCloseTo(noiseValues[i], within(1e-10));
            assertThat(FeatureNormalisedScore.of(LOGITS.get(i), label, 0, 1)).isEqualTo(Math.log(5));
            assertThat(FeatureNormalisedScore.of(floats(LOGITS.get(i)), label, 1e-30, 1))
                    .isBetween(0.0, Math.log(5));
        }
    }

    @Test
    void shouldSelectTheGoldenSamplesByTopN() {
        // Given
        Candidates candidates = new Candidates();
        double[] noiseValues = LOGITS.stream().mapToDouble(NoiseValue::of).toArray();
        for (int i = 0; i < noiseValues.length; i++) {
            candidates.add(0, i, noiseValues[i], NoiseValue.pseudoLabel(floats(LOGITS.get(i))), 5, "");
        }
        TopN global = new TopN(false, 0, 0);

        // When // Then
        for (String golden : List.of("select_2", "select_3")) {
            double[] expected = Arrays.stream(numbers(golden)).sorted().toArray();
            Cut cut = global.cut(candidates, expected.length);
            double[] kept = IntStream.range(0, noiseValues.length)
                    .filter(i -> cut.decide(new ScoredSample(0, i, noiseValues[i], 0, 5), 0, i)
                            instanceof SelectionDecision.Kept)
                    .mapToDouble(i -> i)
                    .toArray();
            assertThat(kept).containsExactly(expected);
        }
    }

    private static double[] numbers(String key) {
        return numbers("dfnd", key);
    }

    private static double[] numbers(String group, String key) {
        return list(GOLDEN, group, key).stream()
                .mapToDouble(Value::getNumberValue)
                .toArray();
    }

    private static List<Value> list(Struct golden, String group, String key) {
        ListValue values = golden.getFieldsOrThrow(group)
                .getStructValue()
                .getFieldsOrThrow(key)
                .getListValue();
        return values.getValuesList();
    }

    private static List<double[]> rows(String group, String key) {
        return list(GOLDEN, group, key).stream()
                .map(row -> row.getListValue().getValuesList().stream()
                        .mapToDouble(Value::getNumberValue)
                        .toArray())
                .toList();
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static Struct golden() {
        String file = System.getProperty("wildstream.golden", "");
        try (InputStream in = file.isEmpty()
                ? NoiseValueGoldenTest.class.getResourceAsStream("/golden_losses.json")
                : Files.newInputStream(Path.of(file))) {
            Struct.Builder golden = Struct.newBuilder();
            JsonFormat.parser().merge(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8), golden);
            return golden.build();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
