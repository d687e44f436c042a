// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleDecoderTest {

    private static final float MEAN = 0.25f;
    private static final float STD = 0.5f;
    private static final ImageShape GRAY = new ImageShape(1, 4, 3);
    private static final ImageShape COLOUR = new ImageShape(3, 4, 3);
    private static final String GRAY_TENSOR = "application/x-tensor;dtype=uint8;shape=1,4,3";

    @Test
    void aTensorOfBytesIsNormalised() throws Exception {
        // Given
        byte[] pixels = bytes(12);

        // When
        float[] decoded = decode(GRAY, GRAY_TENSOR, pixels);

        // Then
        assertThat(decoded).isEqualTo(normalised(pixels));
    }

    @Test
    void aTensorOfFloatsIsNormalisedLikeBytes() throws Exception {
        // Given
        byte[] pixels = bytes(12);
        ByteBuffer floats = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        for (byte pixel : pixels) {
            floats.putFloat((pixel & 0xFF) / 255f);
        }

        // When
        float[] decoded = decode(GRAY, "application/x-tensor; shape=1,4,3; dtype=float32", floats.array());

        // Then
        assertThat(decoded).isEqualTo(normalised(pixels));
    }

    @Test
    void aGrayPngKeepsItsStoredValues() throws Exception {
        // Given
        byte[] pixels = bytes(12);

        // When
        float[] decoded = decode(GRAY, "image/png", file(grayImage(pixels), "png"));

        // Then
        assertThat(decoded).isEqualTo(normalised(pixels));
    }

    @Test
    void aGrayPngBecomesThreeEqualChannels() throws Exception {
        // Given
        byte[] pixels = bytes(12);

        // When
        float[] decoded = decode(COLOUR, "image/png", file(grayImage(pixels), "png"));

        // Then
        float[] expected = normalised(pixels);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(Arrays.copyOfRange(decoded, channel * 12, channel * 12 + 12))
                    .isEqualTo(expected);
        }
    }

    @Test
    void aColourPngIsSplitIntoChannels() throws Exception {
        // Given
        BufferedImage image = new BufferedImage(3, 4, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 2, new Color(10, 200, 30).getRGB());

        // When
        float[] decoded = decode(COLOUR, "image/png", file(image, "png"));

        // Then
        int position = 2 * 3 + 1;
        assertThat(decoded[position]).isEqualTo((10 / 255f - MEAN) / STD);
        assertThat(decoded[12 + position]).isEqualTo((200 / 255f - MEAN) / STD);
        assertThat(decoded[24 + position]).isEqualTo((30 / 255f - MEAN) / STD);
    }

    @Test
    void aColourPngBecomesGrayByLuma() throws Exception {
        // Given
        BufferedImage image = new BufferedImage(3, 4, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, new Color(10, 200, 30).getRGB());

        // When
        float[] decoded = decode(GRAY, "image/png", file(image, "png"));

        // Then
        int luma = 124; // 0.299 * 10 + 0.587 * 200 + 0.114 * 30 = 123.8
        assertThat(decoded[0]).isEqualTo((luma / 255f - MEAN) / STD);
    }

    @Test
    void aJpegIsDecoded() throws Exception {
        // Given
        byte[] pixels = new byte[12];
        Arrays.fill(pixels, (byte) 128);

        // When
        float[] decoded = decode(GRAY, "image/jpeg", file(grayImage(pixels), "jpg"));

        // Then
        assertThat(decoded).isEqualTo(normalised(pixels));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image/svg+xml|UNSUPPORTED_CONTENT_TYPE",
                "''|UNSUPPORTED_CONTENT_TYPE",
                "application/x-tensor|UNSUPPORTED_CONTENT_TYPE",
                "application/x-tensor;dtype=int64;shape=1,4,3|UNSUPPORTED_CONTENT_TYPE",
                "application/x-tensor;dtype=uint8;shape=4,3|UNSUPPORTED_CONTENT_TYPE",
                "application/x-tensor;dtype=uint8;shape=1,-4,3|UNSUPPORTED_CONTENT_TYPE",
                "application/x-tensor;dtype=uint8;shape=99999,99999,99999|UNSUPPORTED_CONTENT_TYPE",
                "application/x-tensor;dtype=uint8;shape=1,3,4|WRONG_SHAPE",
                "application/x-tensor;dtype=float32;shape=1,4,3|WRONG_SHAPE",
                "image/png|UNDECODABLE",
                "image/jpeg|UNDECODABLE"
            })
    void twelveBytesAreRefusedAs(String contentType, Reason reason) {
        assertRefused(GRAY, contentType, bytes(12), reason);
    }

    @Test
    void anEmptyPayloadIsRefused() {
        assertRefused(GRAY, GRAY_TENSOR, new byte[0], Reason.EMPTY);
    }

    @Test
    void aLargePayloadIsRefusedUnread() {
        assertRefused(GRAY, "image/png", new byte[PixelLimits.DEFAULT.maxBytes() + 1], Reason.TOO_MANY_BYTES);
    }

    @Test
    void anImageOfAnotherSizeIsRefused() throws IOException {
        BufferedImage image = new BufferedImage(4, 3, BufferedImage.TYPE_BYTE_GRAY);
        assertRefused(GRAY, "image/png", file(image, "png"), Reason.WRONG_SHAPE);
    }

    @Test
    void aHeaderThatPromisesAMillionSquareIsRefusedWithoutDecoding() {
        assertRefused(GRAY, "image/png", pngHeader(1_000_000, 1_000_000), Reason.TOO_MANY_PIXELS);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -0.01f, 1.01f})
    void aFloatThatIsNoPixelIsRefused(float value) {
        ByteBuffer floats =
                ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN).putFloat(44, value);
        assertRefused(GRAY, "application/x-tensor;dtype=float32;shape=1,4,3", floats.array(), Reason.NON_FINITE);
    }

    @Test
    void cutOffFilesAreRefusedWhereverTheyEnd() throws IOException {
        // Given
        for (String format : List.of("png", "jpeg")) {
            byte[] whole = file(grayImage(bytes(12)), format);
            for (int length = 1; length < whole.length / 2; length++) {
                // When / Then
                assertRefused(GRAY, "image/" + format, Arrays.copyOf(whole, length), Reason.UNDECODABLE);
            }
        }
    }

    @Test
    void randomDamageNeverEscapesAsAnotherException() throws IOException {
        // Given
        Random random = new Random(4);
        byte[] whole = file(grayImage(bytes(12)), "png");
        for (int trial = 0; trial < 500; trial++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            // When / Then
            try {
                decode(GRAY, "image/png", damaged);
            } catch (InvalidSampleException e) {
                assertThat(e.reason()).isNotNull();
            }
        }
    }

    @Test
    void aRefusalLeavesTheDestinationAsItWas() {
        // Given
        FloatBuffer destination = FloatBuffer.allocate(24).position(12);
        SampleDecoder decoder = new SampleDecoder(description(GRAY));

        // When
        catchThrowableOfType(
                InvalidSampleException.class,
                () -> decoder.decode(sample(GRAY_TENSOR, bytes(11), View.getDefaultInstance()), destination));

        // Then
        assertThat(destination.position()).isEqualTo(12);
    }

    @Test
    void aViewIsAFunctionOfItsSeed() throws Exception {
        // Given
        byte[] pixels = bytes(12);
        SampleDecoder decoder = new SampleDecoder(description(GRAY));
        Set<List<Float>> seen = new HashSet<>();
        for (int seed = 0; seed < 64; seed++) {
            View view = View.newBuilder().setSeed(seed).setPad(1).setFlip(true).build();

            // When
            float[] once = decode(decoder, sample(GRAY_TENSOR, pixels, view));
            float[] again = decode(new SampleDecoder(description(GRAY)), sample(GRAY_TENSOR, pixels, view));

            // Then
            assertThat(again).isEqualTo(once);
            seen.add(boxed(once));
        }
        assertThat(seen).hasSizeBetween(12, 18);
    }

    @Test
    void aFlipMirrorsTheColumns() throws Exception {
        // Given
        byte[] pixels = bytes(12);
        float[] straight = normalised(pixels);
        float[] mirrored = new float[12];
        for (int i = 0; i < 12; i++) {
            mirrored[i] = straight[i / 3 * 3 + 2 - i % 3];
        }
        Set<List<Float>> seen = new HashSet<>();

        // When
        for (int seed = 0; seed < 20; seed++) {
            View view = View.newBuilder().setSeed(seed).setFlip(true).build();
            seen.add(boxed(decode(new SampleDecoder(description(GRAY)), sample(GRAY_TENSOR, pixels, view))));
        }

        // Then
        assertThat(seen).containsExactlyInAnyOrder(boxed(straight), boxed(mirrored));
    }

    @Test
    void bytesAndFloatsAreSeenAlike() throws Exception {
        // Given
        byte[] pixels = bytes(36);
        ByteBuffer floats = ByteBuffer.allocate(144).order(ByteOrder.LITTLE_ENDIAN);
        for (byte pixel : pixels) {
            floats.putFloat((pixel & 0xFF) / 255f);
        }
        View view = View.newBuilder().setSeed(5).setPad(2).setFlip(true).build();
        SampleDecoder decoder = new SampleDecoder(description(COLOUR));

        // When
        float[] one = decode(decoder, sample("application/x-tensor;dtype=uint8;shape=3,4,3", pixels, view));
        float[] two = decode(decoder, sample("application/x-tensor;dtype=float32;shape=3,4,3", floats.array(), view));

        // Then
        assertThat(one).isEqualTo(two);
    }

    @Test
    void absurdPaddingIsHarmless() throws Exception {
        // Given
        View view = View.newBuilder().setSeed(5).setPad(-1).build();

        // When
        float[] decoded = decode(new SampleDecoder(description(GRAY)), sample(GRAY_TENSOR, bytes(12), view));

        // Then
        assertThat(decoded).hasSize(12);
    }

    private static void assertRefused(ImageShape shape, String contentType, byte[] payload, Reason reason) {
        InvalidSampleException refusal =
                catchThrowableOfType(InvalidSampleException.class, () -> decode(shape, contentType, payload));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).as(refusal.detail()).isEqualTo(reason);
        assertThat(refusal.detail()).isNotBlank();
    }

    private static float[] decode(ImageShape shape, String contentType, byte[] payload) throws InvalidSampleException {
        return decode(new SampleDecoder(description(shape)), sample(contentType, payload, View.getDefaultInstance()));
    }

    private static float[] decode(SampleDecoder decoder, Sample sample) throws InvalidSampleException {
        FloatBuffer destination = FloatBuffer.allocate(decoder.values());
        decoder.decode(sample, destination);
        return destination.array();
    }

    private static Sample sample(String contentType, byte[] payload, View view) {
        return Sample.newBuilder()
                .setId("s")
                .setContentType(contentType)
                .setPayload(ByteString.copyFrom(payload))
                .setView(view)
                .build();
    }

    private static ModelDescription description(ImageShape shape) {
        return new ModelDescription(
                "m",
                shape,
                List.of("a", "b"),
                java.util.Collections.nCopies(shape.channels(), MEAN),
                java.util.Collections.nCopies(shape.channels(), STD),
                1,
                "",
                null,
                List.of(),
                List.of(),
                null,
                null);
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 23 + 3);
        }
        return bytes;
    }

    private static float[] normalised(byte[] pixels) {
        float[] values = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            values[i] = ((pixels[i] & 0xFF) / 255f - MEAN) / STD;
        }
        return values;
    }

    private static List<Float> boxed(float[] values) {
        List<Float> list = new java.util.ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private static BufferedImage grayImage(byte[] pixels) {
        BufferedImage image = new BufferedImage(3, 4, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, 3, 4, pixels);
        return image;
    }

    private static byte[] file(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }

    /** A PNG that ends after its header chunk. */
    private static byte[] pngHeader(int width, int height) {
        ByteBuffer chunk = ByteBuffer.allocate(17);
        chunk.put("IHDR".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        chunk.putInt(width).putInt(height).put(new byte[] {8, 0, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(chunk.array());
        ByteBuffer png = ByteBuffer.allocate(8 + 4 + 17 + 4);
        png.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        png.putInt(13).put(chunk.array()).putInt((int) crc.getValue());
        return png.array();
    }
}
