// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Image files of all formats and what Pillow and torchvision make of them under a contract; {@code -Dwildstream.golden.preprocess} names
 * another folder of the same kind.
 */
class PreprocessGoldenTest {

    private static final double MEAN = 1.0;
    private static final int MOST = 16;

    static Stream<Path> folders() {
        String other = System.getProperty("test.golden.preprocess", "");
        return other.isBlank()
                ? Stream.of("preprocess", "formats").map(Path.of("src/test/resources/golden")::resolve)
                : Stream.of(Path.of(other));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void pixelsAreThoseOfPillow(Path folder) throws IOException {
        // Given
        JsonNode cases = new ObjectMapper()
                .readTree(folder.resolve("cases.json").toFile())
                .get("cases");
        assertThat(cases).as("cases of " + folder).isNotEmpty();
        List<String> differing = new ArrayList<>();

        for (JsonNode one : cases) {
            // When
            String difference = difference(folder, one);

            // Then
            if (!difference.isEmpty()) {
                differing.add(one.get("image").asText() + " " + one.get("preprocessing") + ": " + difference);
            }
        }
        assertThat(differing).isEmpty();
    }

    private static String difference(Path folder, JsonNode one) throws IOException {
        byte[] file = Files.readAllBytes(folder.resolve(one.get("image").asText()));
        byte[] expected = Files.readAllBytes(folder.resolve(one.get("expected").asText()));
        JsonNode sides = one.get("shape");
        ImageShape shape = new ImageShape(
                sides.get(0).asInt(), sides.get(1).asInt(), sides.get(2).asInt());
        Preprocessing contract = Preprocessing.fromJson(one.get("preprocessing"));
        byte[] actual;
        try {
            actual = new PictureFiles(shape, contract, PixelLimits.DEFAULT).read(file);
        } catch (InvalidSampleException e) {
            return e.reason() + " " + e.detail();
        }
        if (actual.length != expected.length) {
            return actual.length + " bytes, expected " + expected.length;
        }
        long sum = 0;
        int most = 0;
        for (int i = 0; i < actual.length; i++) {
            int distance = Math.abs((actual[i] & 0xFF) - (expected[i] & 0xFF));
            sum += distance;
            most = Math.max(most, distance);
        }
        double mean = (double) sum / actual.length;
        boolean equal = one.get("exact").asBoolean() ? most == 0 : mean <= MEAN && most <= MOST;
        return equal ? "" : "mean difference %.3f, most %d".formatted(mean, most);
    }
}
