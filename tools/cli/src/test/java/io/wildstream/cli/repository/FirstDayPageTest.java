// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.VectorEncoding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The figures of {@code docs/first-day.md}; {@code FirstDayIT} runs its commands. */
class FirstDayPageTest {

    private static final Path PAGE = Path.of("docs/first-day.md");
    private static final int PHOTOGRAPH = 100_000;

    @Test
    void theTableOfBytesIsThatOfTheMessages() {
        // When
        List<String> rows = new ArrayList<>();
        for (int classes : new int[] {10, 1000}) {
            for (int features : new int[] {0, 512, 2048}) {
                rows.add(String.format(
                        Locale.ROOT,
                        "| %d, %d | %,d | %,d | %,d | %,d |",
                        classes,
                        features,
                        bytes(VectorEncoding.VECTOR_ENCODING_FLOAT32, classes, features),
                        bytes(VectorEncoding.VECTOR_ENCODING_FLOAT16, classes, features),
                        bytes(VectorEncoding.VECTOR_ENCODING_FLOAT32, classes, 0),
                        bytes(VectorEncoding.VECTOR_ENCODING_FLOAT16, classes, 0)));
            }
        }

        // Then
        assertThat(Repository.text(PAGE).lines().filter(line -> line.matches("\\| \\d+, \\d+ \\|.*")))
                .containsExactlyElementsOf(rows);
    }

    /** A message without its photograph. */
    private static int bytes(VectorEncoding encoding, int classes, int features) {
        TeacherOutput output = TeacherOutput.newBuilder()
                .setSample(Sample.newBuilder()
                        .setId("photos/2026-07/IMG_20260714_183012.jpg")
                        .setSource("photos")
                        .setContentType("image/jpeg")
                        .setPayload(ByteString.copyFrom(new byte[PHOTOGRAPH])))
                .setTeacher(TeacherReference.newBuilder()
                        .setName("teacher")
                        .setDigest("a".repeat(64))
                        .setGeneration(1))
                .setEncoding(encoding)
                .setLogits(Vectors.pack(encoding, new float[classes], 0, classes))
                .setFeatures(Vectors.pack(encoding, new float[features], 0, features))
                .setFeatureNorm(1)
                .setPosition(SamplePosition.newBuilder().setPartition(3).setOffset(1_000_000))
                .setSampleTimeMillis(1_800_000_000_000L)
                .setDecoder(2)
                .build();
        return output.getSerializedSize() - PHOTOGRAPH;
    }
}
