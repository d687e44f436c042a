package io.wildstream.selector.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Holds the noise value against values that another implementation computed in float64; {@code -Dwildstream.golden} names another file. */
class NoiseValueGoldenTest {

    private static final Struct GOLDEN = golden();
    private static final List<double[]> LOGITS = list(GOLDEN, "inputs", "teacher_logits").stream()
            .map(row -> row.getListValue().getValuesList().stream()
                    .mapToDouble(Value::getNumberValue)
                    .toArray())
            .toList();

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

    private static double[] numbers(String key) {
        return list(GOLDEN, "dfnd", key).stream()
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
