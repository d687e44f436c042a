// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pixels of JPEG files are those of libjpeg and Pillow, on every Java platform alike. */
class JpegPixelsTest {

    private static final int OLDEST = 17;

    @ParameterizedTest
    @MethodSource("io.wildstream.engine.pixels.JpegPixels#folders")
    void pixelsAreThoseOfPillow(Path folder) throws Exception {
        // Given: component ids, profiles and inks that codecs understand differently
        Map<?, ?> expected =
                new ObjectMapper().readValue(folder.resolve("expected.json").toFile(), Map.class);
        List<Path> files = JpegPixels.files(folder);
        assertThat(files).hasSize(expected.size());

        for (Path file : files) {
            // When
            int[] pixels = JpegPixels.of(file, 3);

            // Then
            assertThat(pixels)
                    .as(file.getFileName().toString())
                    .containsExactly(((List<?>) expected.get(file.getFileName().toString()))
                            .stream().mapToInt(value -> (Integer) value).toArray());
        }
    }

    @Test
    void everyJavaPlatformReadsEqualPixels() throws Exception {
        // Given
        Map<Integer, Path> platforms = otherPlatforms();
        assumeTrue(!platforms.isEmpty(), "only one Java platform is installed here");
        List<Path> files = new ArrayList<>();
        List<String> here = new ArrayList<>();
        for (Path folder : JpegPixels.folders()) {
            for (Path file : JpegPixels.files(folder)) {
                files.add(file);
                here.add(JpegPixels.line(file, 1));
                here.add(JpegPixels.line(file, 3));
            }
        }

        for (Map.Entry<Integer, Path> platform : platforms.entrySet()) {
            // When
            List<String> there = JpegPixels.on(platform.getValue(), files);

            // Then
            assertThat(there).as("Java " + platform.getKey()).isEqualTo(here);
        }
    }

    @Test
    void aRecordWithoutADecoderIsReadAsBefore() throws Exception {
        // Given: a file that the platform's own conversion takes for RGB
        Path file = Path.of("src/test/resources/jpeg/component-ids/ids012-444.jpg");
        SampleDecoder decoder = new SampleDecoder(JpegPixels.description(3));
        FloatBuffer unnamed = FloatBuffer.allocate(decoder.values());
        FloatBuffer first = FloatBuffer.allocate(decoder.values());
        FloatBuffer today = FloatBuffer.allocate(decoder.values());

        // When
        decoder.decode(JpegPixels.sample(Files.readAllBytes(file)), 0, unnamed);
        decoder.decode(JpegPixels.sample(Files.readAllBytes(file)), SampleDecoder.PLATFORM_COLOURS, first);
        decoder.decode(JpegPixels.sample(Files.readAllBytes(file)), SampleDecoder.VERSION, today);

        // Then
        assertThat(unnamed.array()).isEqualTo(first.array()).isNotEqualTo(today.array());
    }

    @Test
    void aLaterDecoderIsRefused() {
        // Given
        SampleDecoder decoder = new SampleDecoder(JpegPixels.description(3));
        FloatBuffer target = FloatBuffer.allocate(decoder.values());

        // When
        InvalidSampleException refusal = catchThrowableOfType(
                InvalidSampleException.class,
                () -> decoder.decode(JpegPixels.sample(new byte[] {1}), SampleDecoder.VERSION + 1, target));

        // Then
        assertThat(refusal.reason()).isEqualTo(Reason.UNKNOWN_DECODER);
        assertThat(refusal.detail()).contains("version " + (SampleDecoder.VERSION + 1));
    }

    /** The {@code java} of platforms beside this one, by version; one for each other version. */
    private static Map<Integer, Path> otherPlatforms() throws IOException {
        Map<Integer, Path> found = new TreeMap<>();
        Path here = Path.of(System.getProperty("java.home")).toRealPath();
        try (Stream<Path> beside = Files.list(here.getParent())) {
            for (Path platform : beside.toList()) {
                Path java = platform.resolve("bin/java");
                int version = version(platform.resolve("release"));
                if (version >= OLDEST && version != Runtime.version().feature() && Files.isExecutable(java)) {
                    found.putIfAbsent(version, java);
                }
            }
        }
        return found;
    }

    private static int version(Path release) throws IOException {
        if (!Files.isRegularFile(release)) {
            return 0;
        }
        Properties properties = new Properties();
        try (var in = Files.newInputStream(release)) {
            properties.load(in);
        }
        String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
        return Integer.parseInt(version.split("[.+-]", 2)[0]);
    }
}
