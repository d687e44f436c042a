// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.wildstream.contracts.sample.TensorType;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.TensorInput;
import io.wildstream.engine.preprocess.Preprocessing;
import io.wildstream.engine.testkit.ImageBytes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any payload under any content type either fills the model's pixels with finite numbers or is refused with a reason and a detail, and the
 * destination is left as it was.
 *
 * <p>Input: one byte (bits 0-1 the model's shape, bits 2-3 the content type, bits 4-5 the view, bit 6 whether the model has a contract,
 * bit 7 whether it reads tensors), then the payload; for a content type that is itself made up, its text up to a zero byte comes first.
 */
@Tag("slow")
class SampleDecoderFuzzTest {

    private static final List<SampleDecoder> DECODERS = Stream.of(
                    new ImageShape(1, 4, 3),
                    new ImageShape(3, 4, 3),
                    new ImageShape(1, 28, 28),
                    new ImageShape(2, 2, 2))
            .map(shape -> new SampleDecoder(description(shape, null)))
            .toList();

    private static final List<SampleDecoder> OF_TENSORS = Stream.of(
                    TensorInput.ofFloats(3),
                    new TensorInput(List.of(1, 4, 3), TensorType.FLOAT32, -2, 2),
                    new TensorInput(List.of(2, 2), TensorType.INT64, 0, 99),
                    new TensorInput(List.of(4), TensorType.UINT8, 0, 255))
            .map(input -> new SampleDecoder(TensorSamplesTest.description(input)))
            .toList();

    private static final List<SampleDecoder> WITH_CONTRACTS = Stream.of(
                    "{'colour': 'L', 'orientation': 'exif', 'crop': {'mode': 'center', 'size': [4, 3]}}",
                    "{'colour': 'BGR', 'resize': {'mode': 'exact', 'size': [4, 3], 'interpolation': 'nearest'}}",
                    "{'colour': 'L', 'resize': {'mode': 'shorter-side', 'size': 28, 'interpolation': 'bilinear'},"
                            + " 'crop': {'mode': 'center', 'size': [28, 28]}}",
                    "{'colour': 'RGB', 'resize': {'mode': 'pad', 'size': [5, 2], 'interpolation': 'lanczos'}}")
            .map(SampleDecoderFuzzTest::contract)
            .map(contract -> new SampleDecoder(description(contract.shape().orElseThrow(), contract)))
            .toList();

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyPayloadIsDecodedOrRefused(byte[] input) {
        if (input.length == 0) {
            return;
        }
        List<SampleDecoder> ofImages = (input[0] & 64) == 0 ? DECODERS : WITH_CONTRACTS;
        SampleDecoder decoder = (input[0] < 0 ? OF_TENSORS : ofImages).get(input[0] & 3);
        FloatBuffer pixels = FloatBuffer.allocate(decoder.values());
        try {
            decoder.decode(sample(input), pixels);
            assertThat(pixels.remaining()).isZero();
            for (float value : pixels.array()) {
                assertThat(Float.isFinite(value)).isTrue();
            }
        } catch (InvalidSampleException e) {
            assertThat(e.reason()).isNotNull();
            assertThat(e.detail()).isNotBlank();
            assertThat(pixels.position()).isZero();
        }
    }

    private static Sample sample(byte[] input) {
        int payload = 1;
        String contentType;
        switch (input[0] >> 2 & 3) {
            case 0 -> contentType = "image/png";
            case 1 -> contentType = "image/jpeg";
            case 2 -> contentType = "application/x-tensor;dtype=float32;shape=1,4,3";
            default -> {
                while (payload < input.length && input[payload] != 0) {
                    payload++;
                }
                contentType = new String(input, 1, payload - 1, ISO_8859_1);
                payload = Math.min(payload + 1, input.length);
            }
        }
        int view = input[0] >> 4 & 3;
        return Sample.newBuilder()
                .setId("s")
                .setContentType(contentType)
                .setPayload(ByteString.copyFrom(input, payload, input.length - payload))
                .setView(View.newBuilder()
                        .setSeed(input.length)
                        .setPad(view == 0 ? 0 : view * 40 - 39)
                        .setFlip(view == 3))
                .build();
    }

    private static byte[] tensorSeed(int model, String tensor, int payload) {
        byte[] type = ("application/x-tensor;dtype=" + tensor).getBytes(ISO_8859_1);
        byte[] input = new byte[2 + type.length + payload];
        input[0] = (byte) (128 | 12 | model);
        System.arraycopy(type, 0, input, 1, type.length);
        return input;
    }

    static Stream<byte[]> seeds() {
        byte[] zeros = new byte[48];
        return Stream.of(
                seed(0, ImageBytes.noise("png", 3, 4, BufferedImage.TYPE_BYTE_GRAY)),
                tensorSeed(0, "float32;shape=3", 12),
                tensorSeed(0, "float16;shape=3", 6),
                tensorSeed(1, "bfloat16;shape=1,4,3", 24),
                tensorSeed(2, "int64;shape=2,2", 32),
                tensorSeed(2, "int32;shape=2,2", 16),
                tensorSeed(3, "uint8;shape=4", 4),
                seed(1, ImageBytes.noise("png", 3, 4, BufferedImage.TYPE_INT_RGB)),
                seed(1, ImageBytes.noise("png", 3, 4, BufferedImage.TYPE_INT_ARGB)),
                seed(1, ImageBytes.noise("png", 3, 4, BufferedImage.TYPE_BYTE_INDEXED)),
                seed(0, ImageBytes.noise("png", 3, 4, BufferedImage.TYPE_BYTE_BINARY)),
                seed(0, ImageBytes.noise("png", 3, 4, BufferedImage.TYPE_USHORT_GRAY)),
                seed(2, ImageBytes.noise("png", 28, 28, BufferedImage.TYPE_BYTE_GRAY)),
                seed(4, ImageBytes.noise("jpeg", 3, 4, BufferedImage.TYPE_BYTE_GRAY)),
                seed(5, ImageBytes.noise("jpeg", 3, 4, BufferedImage.TYPE_INT_RGB)),
                seed(6, ImageBytes.noise("jpeg", 28, 28, BufferedImage.TYPE_BYTE_GRAY)),
                seed(64, ImageBytes.noise("gif", 9, 7, BufferedImage.TYPE_BYTE_GRAY)),
                seed(65, ImageBytes.noise("gif", 3, 4, BufferedImage.TYPE_INT_RGB)),
                seed(66, ImageBytes.noise("bmp", 40, 30, BufferedImage.TYPE_INT_RGB)),
                seed(67, ImageBytes.noise("bmp", 5, 5, BufferedImage.TYPE_BYTE_INDEXED)),
                seed(64, ImageBytes.noise("tiff", 9, 7, BufferedImage.TYPE_INT_RGB)),
                seed(65, ImageBytes.tiff(new byte[12], 256, 3, 257, 4, 258, 8, 262, 1)),
                seed(66, ImageBytes.losslessWebp()),
                seed(67, ImageBytes.lossyWebp()),
                seed(67, ImageBytes.noise("jpeg", 28, 28, BufferedImage.TYPE_INT_RGB)),
                seed(67, ImageBytes.noise("png", 9, 7, BufferedImage.TYPE_INT_ARGB)),
                seed(8, zeros),
                seed(8 | 48, zeros),
                seed(12, "application/x-tensor;dtype=uint8;shape=1,4,3\0abcdefghijkl".getBytes(ISO_8859_1)),
                seed(12 | 32, "application/x-tensor; shape=\"1,4,3\"; dtype=uint8\0abcdefghijkl".getBytes(ISO_8859_1)));
    }

    private static byte[] seed(int first, byte[] rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        out.writeBytes(rest);
        return out.toByteArray();
    }

    private static Preprocessing contract(String text) {
        try {
            return Preprocessing.fromJson(new ObjectMapper().readTree(text.replace('\'', '"')));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ModelDescription description(ImageShape shape, @Nullable Preprocessing contract) {
        return new ModelDescription(
                "m",
                shape,
                List.of("a", "b"),
                Collections.nCopies(shape.channels(), 0.25f),
                Collections.nCopies(shape.channels(), 0.5f),
                1,
                "",
                null,
                List.of(),
                List.of(),
                null,
                contract);
    }
}
