// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.TensorInput;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.engine.preprocess.Preprocessing;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PixelReaderTest {

    private static final int VALUES = 3 * 32 * 32;

    @ParameterizedTest
    @CsvSource({"0,1", "0.2860,0.3530", "0.4914,0.2023", "0.5,0.5"})
    void everyByteComesBackAsTheDecoderGivesIt(float mean, float std) throws InvalidSampleException {
        // Given
        byte[] payload = new byte[VALUES];
        new Random(1).nextBytes(payload);
        Sample sample = Sample.newBuilder()
                .setContentType("application/x-tensor;dtype=uint8;shape=3,32,32")
                .setPayload(ByteString.copyFrom(payload))
                .setView(View.newBuilder().setSeed(5).setPad(4).setFlip(true))
                .build();

        // When
        Pixels pixels = new PixelReader(description(mean, std)).read(sample, SampleDecoder.VERSION);

        // Then
        assertThat(pixels.bytes()).isEqualTo(VALUES);
        assertThat(values(pixels)).containsExactly(decoded(sample, mean, std));
    }

    @Test
    void valuesBetweenTheStepsStayFloats() throws InvalidSampleException {
        // Given
        ByteBuffer payload = ByteBuffer.allocate(VALUES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(2);
        for (int i = 0; i < VALUES; i++) {
            payload.putFloat(random.nextFloat());
        }
        Sample sample = Sample.newBuilder()
                .setContentType("application/x-tensor;dtype=float32;shape=3,32,32")
                .setPayload(ByteString.copyFrom(payload.flip()))
                .build();

        // When
        Pixels pixels = new PixelReader(description(0.5f, 0.25f)).read(sample, SampleDecoder.VERSION);

        // Then
        assertThat(pixels.bytes()).isEqualTo(VALUES * Float.BYTES);
        assertThat(values(pixels)).containsExactly(decoded(sample, 0.5f, 0.25f));
    }

    @Test
    void whatATeacherAcceptedIsNotTooLarge() throws Exception {
        // Given: more pixels than a decoder takes by default, for a student with a contract of its own
        BufferedImage image = new BufferedImage(4096, 4000, BufferedImage.TYPE_BYTE_BINARY);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        Sample sample = Sample.newBuilder()
                .setContentType("image/png")
                .setPayload(ByteString.copyFrom(png.toByteArray()))
                .build();
        Preprocessing contract = Preprocessing.fromJson(new ObjectMapper()
                .readTree("{\"colour\": \"RGB\","
                        + " \"resize\": {\"mode\": \"exact\", \"size\": [32, 32], \"interpolation\": \"box\"}}"));

        // When
        Pixels pixels = new PixelReader(description(0, 1, contract)).read(sample, SampleDecoder.VERSION);

        // Then
        assertThat(pixels.levels()).isEqualTo(new byte[VALUES]);
    }

    @Test
    void aTensorIsKeptAsItIs() throws InvalidSampleException {
        // Given
        ModelDescription rows = new ModelDescription(
                "rows",
                TensorInput.ofFloats(2),
                List.of("a", "b"),
                List.of(),
                List.of(),
                4,
                "",
                null,
                List.of(),
                List.of(),
                null,
                null);
        Sample sample = Sample.newBuilder()
                .setContentType("application/x-tensor;dtype=bfloat16;shape=2")
                .setPayload(ByteString.copyFrom(new byte[] {(byte) 0xc8, 0x42, (byte) 0x80, (byte) 0xbf}))
                .build();

        // When
        Pixels pixels = new PixelReader(rows).read(sample, SampleDecoder.VERSION);

        // Then
        FloatBuffer values = FloatBuffer.allocate(2);
        pixels.appendTo(values);
        assertThat(values.array()).containsExactly(100, -1);
        assertThat(pixels.levels()).isNull();
    }

    private static float[] values(Pixels pixels) {
        FloatBuffer buffer = FloatBuffer.allocate(VALUES);
        pixels.appendTo(buffer);
        return buffer.array();
    }

    private static float[] decoded(Sample sample, float mean, float std) throws InvalidSampleException {
        FloatBuffer buffer = FloatBuffer.allocate(VALUES);
        new SampleDecoder(description(mean, std)).decode(sample, buffer);
        return buffer.array();
    }

    private static ModelDescription description(float mean, float std) {
        return description(mean, std, null);
    }

    private static ModelDescription description(float mean, float std, @Nullable Preprocessing contract) {
        return new ModelDescription(
                "test",
                new ImageShape(3, 32, 32),
                List.of("a", "b"),
                List.of(mean, mean, mean),
                List.of(std, std, std),
                4,
                "",
                null,
                List.of(),
                List.of(),
                null,
                contract);
    }
}
