// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.sample.TensorType;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelInput;
import io.wildstream.engine.TensorInput;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.nio.FloatBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tensors of every type, for models whose input is a tensor and for those of images. */
class TensorSamplesTest {

    private static final TensorInput FLOATS = TensorInput.ofFloats(2);
    private static final TensorInput BOUNDED = new TensorInput(List.of(2), TensorType.FLOAT32, -1.5, 0.1);
    private static final TensorInput TOKENS = new TensorInput(List.of(2), TensorType.INT64, 0, 99);

    static ModelDescription description(ModelInput input) {
        List<Float> ones =
                input instanceof ImageShape image ? java.util.Collections.nCopies(image.channels(), 1f) : List.of();
        return new ModelDescription(
                "m", input, List.of("a", "b"), ones, ones, 1, "", null, List.of(), List.of(), null, null);
    }

    @ParameterizedTest
    @CsvSource({
        "float32, 0000c03f000080bf, 1.5, -1",
        "float32, ffff7f7f01000000, 3.4028235e38, 1.4e-45",
        "float16, 003e00bc, 1.5, -1",
        "float16, 01000080, 5.9604645e-8, -0.0",
        "bfloat16, c03f80bf, 1.5, -1",
        "uint8, 00ff, 0, 255",
        "int32, ffffffff00000001, -1, 16777216",
        "int64, ffffffffffffffff0000000100000000, -1, 16777216"
    })
    void everyTypeIsReadAsFloats(String type, String payload, float first, float second) throws Exception {
        // Given
        FloatBuffer values = FloatBuffer.allocate(2);

        // When
        new SampleDecoder(description(FLOATS)).decode(sample(type, "2", payload), values);

        // Then
        assertThat(values.array()).containsExactly(first, second);
        assertThat(values.remaining()).isZero();
    }

    @Test
    void aBoundIsComparedAsAFloat() throws Exception {
        // Given
        FloatBuffer values = FloatBuffer.allocate(2);

        // When
        new SampleDecoder(description(BOUNDED)).decode(sample("float32", "2", "cdcccc3d0000c0bf"), values);

        // Then
        assertThat(values.array()).containsExactly(0.1f, -1.5f);
    }

    @Test
    void anyRankIsRead() throws Exception {
        // Given
        TensorInput input = TensorInput.ofFloats(1, 2, 1, 1, 2);
        FloatBuffer values = FloatBuffer.allocate(4);

        // When
        new SampleDecoder(description(input)).decode(sample("uint8", "1,2,1,1,2", "01020304"), values);

        // Then
        assertThat(values.array()).containsExactly(1, 2, 3, 4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "float32|2|0000c07f00000000|NON_FINITE|value 0 is NaN, expected a finite number",
                "float32|2|00000000000080ff|NON_FINITE|value 1 is -Infinity, expected a finite number",
                "float16|2|007c0000|NON_FINITE|value 0 is Infinity",
                "bfloat16|2|0000807f|NON_FINITE|value 1 is Infinity",
                "int32|2|0100000100000000|NON_FINITE|value 0 is 16777217, expected a whole number of at most 16777216",
                "int64|2|0000000000000000ffffffffffffff7f|NON_FINITE|expected a whole number of at most 16777216",
                "float32|2,1|0000c03f000080bf|WRONG_SHAPE|tensor is 2x1, the model reads float32[2]",
                "float32|2|0000c03f000080|WRONG_SHAPE|a 2 tensor of float32 has 8 bytes, got 7",
                "float64|2|0000c03f000080bf|UNSUPPORTED_CONTENT_TYPE|dtype must be one of float32|",
                "float32|2,0|0000c03f000080bf|UNSUPPORTED_CONTENT_TYPE|whole numbers of at least 1",
                "float32||0000c03f000080bf|UNSUPPORTED_CONTENT_TYPE|whole numbers of at least 1",
                "float32|65536,65536|00000000|UNSUPPORTED_CONTENT_TYPE|whole numbers of at least 1"
            })
    void whatIsNoSuchTensorIsRefused(String type, String shape, String payload, Reason reason, String detail) {
        assertRefused(FLOATS, sample(type, shape == null ? "" : shape, payload), reason, detail);
    }

    @Test
    void aValueOutsideTheBoundsIsRefused() {
        assertRefused(
                BOUNDED,
                sample("uint8", "2", "0002"),
                Reason.NON_FINITE,
                "value 1 is 2, expected a number in [-1.5, 0.1]");
        assertRefused(
                TOKENS,
                sample("int32", "2", "0000000064000000"),
                Reason.NON_FINITE,
                "value 1 is 100, expected a number in [0, 99]");
        assertRefused(TOKENS, sample("int32", "2", "00000000ffffffff"), Reason.NON_FINITE, "value 1 is -1");
    }

    @Test
    void wholeNumbersAreNoFloats() {
        assertRefused(
                TOKENS,
                sample("float32", "2", "0000000000000000"),
                Reason.UNSUPPORTED_CONTENT_TYPE,
                "dtype must be uint8, int32 or int64");
    }

    @Test
    void anImageIsNoTensor() {
        Sample sample = Sample.newBuilder()
                .setContentType("image/png")
                .setPayload(ByteString.copyFromUtf8("x"))
                .build();
        assertRefused(
                FLOATS,
                sample,
                Reason.UNSUPPORTED_CONTENT_TYPE,
                "reads no images but application/x-tensor of float32[2]");
    }

    @ParameterizedTest
    @CsvSource({"0, true, view.flip", "3, false, view.pad"})
    void aViewOfATensorIsRefused(int pad, boolean flip, String field) {
        Sample sample = sample("uint8", "2", "0001").toBuilder()
                .setView(View.newBuilder().setPad(pad).setFlip(flip).setSeed(1))
                .build();
        assertRefused(FLOATS, sample, Reason.VIEW_OF_TENSOR, field + " is for images");
    }

    @ParameterizedTest
    @CsvSource({"float16, 0038003c", "bfloat16, 003f803f"})
    void modelsOfImagesReadSmallFloatsToo(String type, String payload) throws Exception {
        // Given
        FloatBuffer values = FloatBuffer.allocate(2);

        // When
        new SampleDecoder(description(new ImageShape(1, 1, 2))).decode(sample(type, "1,1,2", payload), values);

        // Then
        assertThat(values.array()).containsExactly(-0.5f, 0f);
    }

    @Test
    void modelsOfImagesReadOnlyImages() {
        ImageShape image = new ImageShape(1, 1, 2);
        assertRefused(image, sample("uint8", "2", "0001"), Reason.UNSUPPORTED_CONTENT_TYPE, "shape must be C,H,W");
        assertRefused(
                image,
                sample("int32", "1,1,2", "0000000000000000"),
                Reason.UNSUPPORTED_CONTENT_TYPE,
                "dtype must be uint8, or float32");
        assertRefused(image, sample("bfloat16", "1,1,2", "00000040"), Reason.NON_FINITE, "expected a number in [0, 1]");
    }

    private static void assertRefused(ModelInput input, Sample sample, Reason reason, String detail) {
        // Given
        FloatBuffer values = FloatBuffer.allocate(input.values());

        // When
        InvalidSampleException refusal = catchThrowableOfType(
                InvalidSampleException.class, () -> new SampleDecoder(description(input)).decode(sample, values));

        // Then
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).as(refusal.detail()).isEqualTo(reason);
        assertThat(refusal.detail()).contains(detail);
        assertThat(values.position()).isZero();
    }

    private static Sample sample(String type, String shape, String payload) {
        return Sample.newBuilder()
                .setContentType("application/x-tensor;dtype=" + type + ";shape=" + shape)
                .setPayload(ByteString.copyFrom(HexFormat.of().parseHex(payload)))
                .build();
    }
}
