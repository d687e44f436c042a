// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.wildstream.engine.testkit.ImageBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Small files that would cost much: refused, or seen to be costly, before anything is decoded. */
class HostileFilesTest {

    /** Longer than any machine takes that does the work once, much shorter than what these files cost before. */
    private static final Duration BOUND = Duration.ofMinutes(3);

    @Test
    void framesWithinFramesAreNotFollowed() {
        // Given: each frame holds a frame that reaches to the end of the file, so that all that follows was read twice
        // for each
        ByteBuffer file = riff(12 + 40 * 48);
        for (int i = 0; i < 40; i++) {
            frame(file, 24);
            frame(file, 0xFFFFFF);
        }

        // When // Then
        assertTimeoutPreemptively(
                BOUND,
                () -> assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> WebpImage.of(file.array()))
                        .withMessage("the file has no picture"));
    }

    @Test
    void aDeepNestOfFramesIsNoDepthOfCalls() {
        // Given
        ByteBuffer file = riff(12 + 100_000 * 24);
        for (int i = 0; i < 100_000; i++) {
            frame(file, Integer.MAX_VALUE);
        }

        // When // Then
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> WebpImage.of(file.array()))
                .withMessage("the file has no picture");
    }

    @Test
    void stripsWithoutLengthsAreCounted() throws IOException {
        // Given: 1000 strips at one place
        byte[] file = strips(1000, 8, 5, 10_000);

        // When // Then
        assertThat(TiffImage.of(file).structure().codedBytes()).isGreaterThanOrEqualTo(1000 * 10_000L);
    }

    @Test
    void onlyTheBitsThatAreNeededAreTurned() throws IOException {
        // Given: 60,000 strips of one pixel each, which all begin in front of 8 MiB
        byte[] file = strips(60_000, 1, 1, 8 << 20);

        // When // Then
        assertTimeoutPreemptively(
                BOUND,
                () -> assertThat(TiffImage.of(file).decode(() -> false).height())
                        .isEqualTo(60_000));
    }

    @Test
    void timeIsLookedAtWithinPackedBitsThatSayNothing() {
        // Given
        byte[] nothing = new byte[1 << 20];
        Arrays.fill(nothing, (byte) 0x80);
        byte[] file = ImageBytes.tiff(nothing, 256, 1, 257, 1, 258, 8, 259, 32773, 262, 1);
        int[] looks = {0};

        // When // Then
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TiffImage.of(file).decode(() -> looks[0]++ == 5))
                .withMessage("the time is over");
    }

    @Test
    void aTileMuchLargerThanItsPictureIsRefused() {
        // Given: 268 MB for 65,535 pixels
        byte[] file = tiled(1, 65_535, 4096, 65_536);

        // When // Then
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TiffImage.of(file))
                .withMessage("a tile has 4096 x 65536 pixels, the picture 1 x 65535");
    }

    @Test
    void aStripThatTakesMuchMemoryIsRefused() {
        // Given: 4000 x 4000 pixels of four samples of 16 bits, in one strip
        byte[] file = ImageBytes.tiff(new byte[8], 256, 4000, 257, 4000, 258, 16, 259, 8, 262, 2);
        byte[] four = withSamples(file, 4);

        // When // Then
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TiffImage.of(four))
                .withMessageStartingWith("a strip of 128000000 bytes is not read, at most 100000000 are");
    }

    @Test
    void bitsThatAreStoredBackwardsAreTurnedWhateverTheirNumber() throws IOException {
        // Given: fill order 2, 8 bits, which Pillow 12.3 reads as 1, 2, 128
        byte[] file =
                ImageBytes.tiff(new byte[] {(byte) 0x80, 0x40, 0x01}, 256, 3, 257, 1, 258, 8, 259, 1, 262, 1, 266, 2);

        // When // Then
        assertThat(TiffImage.of(file).decode(() -> false).pixels()).containsExactly(1, 2, 128);
    }

    private static ByteBuffer riff(int length) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(US_ASCII))
                .putInt(length - 8)
                .put("WEBP".getBytes(US_ASCII));
    }

    private static void frame(ByteBuffer file, int length) {
        file.put("ANMF".getBytes(US_ASCII)).putInt(length).put(new byte[16]);
    }

    /** Strips of one pixel, all at the same place, without lengths; bits are stored backwards. */
    private static byte[] strips(int count, int bits, int compression, int bytes) {
        int fields = 8;
        int behind = 8 + 2 + 12 * fields + 4;
        ByteBuffer file = ByteBuffer.allocate(behind + 4 * count + bytes);
        file.put(new byte[] {'M', 'M', 0, 42}).putInt(8).putShort((short) fields);
        int[] values = {256, 1, 257, count, 258, bits, 259, compression, 262, 1, 266, 2};
        for (int i = 0; i < values.length; i += 2) {
            field(file, values[i], 1, values[i + 1]);
        }
        field(file, 273, count, behind);
        field(file, 278, 1, 1);
        file.putInt(0);
        for (int i = 0; i < count; i++) {
            file.putInt(behind + 4 * count);
        }
        return file.array();
    }

    private static byte[] tiled(int width, int height, int tileWidth, int tileHeight) {
        int[] values = {256, width, 257, height, 258, 8, 259, 8, 262, 1, 322, tileWidth, 323, tileHeight, 324, 8, 325, 8
        };
        ByteBuffer file = ByteBuffer.allocate(8 + 2 + 6 * values.length + 4);
        file.put(new byte[] {'M', 'M', 0, 42}).putInt(8).putShort((short) (values.length / 2));
        for (int i = 0; i < values.length; i += 2) {
            field(file, values[i], 1, values[i + 1]);
        }
        return file.array();
    }

    /** The strip's length becomes the number of samples: the strip then has the length that is left. */
    private static byte[] withSamples(byte[] file, int samples) {
        ByteBuffer changed = ByteBuffer.wrap(file.clone());
        int entry = 10 + 12 * (changed.getShort(8) - 1);
        changed.putShort(entry, (short) 277).putInt(entry + 8, samples);
        return changed.array();
    }

    private static void field(ByteBuffer file, int number, int count, int value) {
        file.putShort((short) number).putShort((short) 4).putInt(count).putInt(value);
    }
}
