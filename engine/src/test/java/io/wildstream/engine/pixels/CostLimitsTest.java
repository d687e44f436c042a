// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import io.wildstream.engine.testkit.ImageBytes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Image files that are small and slow: refused before they are decoded, where there are limits. */
class CostLimitsTest {

    private static final int SIDE = 32;
    private static final CostLimits LIMITS = CostLimits.DEFAULT;
    private static final byte[] JPEG = ImageBytes.noise("jpeg", SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    private static final byte[] PNG = ImageBytes.noise("png", SIDE, SIDE, BufferedImage.TYPE_INT_RGB);

    @Test
    void aFileOfManyScansIsRefused() {
        // Given
        byte[] progressive = ImageBytes.progressiveJpeg(SIDE, SIDE);
        byte[] most = ImageBytes.withScansRepeated(progressive, LIMITS.maxScans());

        // When // Then
        assertDecoded("image/jpeg", progressive, LIMITS);
        assertDecoded("image/jpeg", most, LIMITS);
        assertRefused("image/jpeg", ImageBytes.withScansRepeated(progressive, LIMITS.maxScans() + 1), "101 scans");
        assertDecoded("image/jpeg", ImageBytes.withScansRepeated(progressive, LIMITS.maxScans() + 1), CostLimits.NONE);
    }

    @Test
    void aLargeFileMayHaveTheScansThatEncodersMakeAndNoManyMore() {
        assertThat(LIMITS.maxScans(SIDE * SIDE)).isEqualTo(100);
        assertThat(LIMITS.maxScans(3_200_000)).isEqualTo(100);
        assertThat(LIMITS.maxScans(8_000_000)).isEqualTo(40);
        assertThat(LIMITS.maxScans(12_000_000)).isEqualTo(26);
        assertThat(LIMITS.maxScans(16_000_000)).isEqualTo(20);
        assertThat(LIMITS.maxScans(200_000_000)).isEqualTo(20);
        assertThat(CostLimits.NONE.maxScans(200_000_000)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aScanOfFarMoreBytesThanItsPixelsNeedIsRefused() {
        // Given: bytes that mean nothing, before the end marker
        byte[] padded = Arrays.copyOf(JPEG, JPEG.length + (int) LIMITS.maxBytes(SIDE * SIDE));

        // When // Then
        assertDecoded("image/jpeg", JPEG, LIMITS);
        assertRefused("image/jpeg", inScan(padded, JPEG.length), "1024 pixels are coded in");
    }

    @Test
    void aFileOfManyChunksIsRefused() {
        // Given
        byte[] text = ImageBytes.chunk("tEXt", new byte[] {'a', 0, 'b'});
        byte[] many = withChunks(text, LIMITS.maxChunks());

        // When // Then
        assertDecoded("image/png", withChunks(text, 1000), LIMITS);
        assertRefused("image/png", many, "more than 10000 chunks");
        assertDecoded("image/png", many, CostLimits.NONE);
    }

    @Test
    void aFileOfFarMoreCompressedBytesThanItsPixelsNeedIsRefused() {
        // Given
        byte[] data = ImageBytes.chunk("IDAT", new byte[(int) LIMITS.maxBytes(SIDE * SIDE)]);

        // When // Then
        assertRefused("image/png", withChunks(data, 1), "1024 pixels are coded in");
    }

    @Test
    void aFileOfManyBlocksOrStripsIsRefused() {
        // Given: comments before the picture, and strips that are empty
        byte[] gif = ImageBytes.noise("gif", SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        int screen = 13 + 3 * (2 << (gif[10] & 7));
        byte[] comment = {'!', (byte) 0xFE, 0};
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        many.write(gif, 0, screen);
        for (int i = 0; i < LIMITS.maxChunks(); i++) {
            many.writeBytes(comment);
        }
        many.write(gif, screen, gif.length - screen);
        ByteBuffer tiff = ByteBuffer.wrap(
                ImageBytes.tiff(new byte[4 * (LIMITS.maxChunks() + 1)], 256, SIDE, 257, SIDE, 258, 8, 262, 1));
        int strips = 10 + 4 * 12;
        tiff.putInt(strips + 4, LIMITS.maxChunks() + 1).putInt(strips + 8, strips);

        // When // Then
        assertDecoded("image/gif", gif, LIMITS);
        assertRefused("image/gif", many.toByteArray(), "more than 10000 chunks");
        assertDecoded("image/gif", many.toByteArray(), CostLimits.NONE);
        assertRefused("image/tiff", tiff.array(), "more than 10000 chunks");
    }

    @Test
    void decodingEndsWhenItsTimeIsOver() {
        // Given
        CostLimits noTime = LIMITS.withMaxTime(Duration.ofNanos(1));
        for (String format : List.of("gif", "bmp", "tiff")) {
            byte[] file = ImageBytes.noise(format, SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            assertThat(refusal("image/" + format, file, noTime).detail())
                    .isEqualTo(format + ": decoding takes longer than 0 ms");
            assertDecoded("image/" + format, file, LIMITS);
        }

        // When // Then
        assertThat(refusal("image/png", PNG, noTime).detail()).contains("decoding takes longer than");
        assertThat(refusal("image/jpeg", JPEG, noTime).detail()).contains("decoding takes longer than");
        assertDecoded("image/png", PNG, LIMITS);
    }

    /** Moves the file's end marker to the end. */
    private static byte[] inScan(byte[] padded, int length) {
        byte[] moved = padded.clone();
        System.arraycopy(moved, length - 2, moved, moved.length - 2, 2);
        moved[length - 2] = 0;
        moved[length - 1] = 0;
        return moved;
    }

    /** Chunks before the PNG's last one, which is its end. */
    private static byte[] withChunks(byte[] chunk, int count) {
        int end = PNG.length - 12;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(PNG, 0, end);
        for (int i = 0; i < count; i++) {
            out.writeBytes(chunk);
        }
        out.write(PNG, end, PNG.length - end);
        return out.toByteArray();
    }

    private static void assertRefused(String type, byte[] file, String detail) {
        InvalidSampleException refusal = refusal(type, file, LIMITS);
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).as(refusal.detail()).isEqualTo(Reason.TOO_COSTLY);
        assertThat(refusal.detail()).contains(detail);
    }

    private static void assertDecoded(String type, byte[] file, CostLimits cost) {
        assertThatCode(() -> decode(type, file, cost)).doesNotThrowAnyException();
    }

    private static InvalidSampleException refusal(String type, byte[] file, CostLimits cost) {
        return catchThrowableOfType(InvalidSampleException.class, () -> decode(type, file, cost));
    }

    private static void decode(String type, byte[] file, CostLimits cost) throws InvalidSampleException {
        ModelDescription description = new ModelDescription(
                "m",
                new ImageShape(3, SIDE, SIDE),
                List.of("a", "b"),
                List.of(0f, 0f, 0f),
                List.of(1f, 1f, 1f),
                1,
                "",
                null,
                List.of(),
                List.of(),
                null,
                null);
        SampleDecoder decoder = new SampleDecoder(description, new PixelLimits(8 << 20, 1 << 20, cost));
        decoder.decode(
                Sample.newBuilder()
                        .setContentType(type)
                        .setPayload(ByteString.copyFrom(file))
                        .build(),
                FloatBuffer.allocate(decoder.values()));
    }
}
