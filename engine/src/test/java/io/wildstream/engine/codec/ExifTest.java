// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How pictures lie, by what Pillow 12.3 makes of the same bytes. */
class ExifTest {

    @ParameterizedTest
    @CsvSource({
        // type, count, value, orientation
        "3, 1, 6, 6",
        "4, 1, 6, 6",
        "8, 1, 6, 6",
        "9, 1, 6, 6",
        // Bytes are no number to Pillow.
        "1, 1, 6, 1",
        "7, 1, 6, 1",
        // Of two values, the first one.
        "3, 2, 6, 6",
        "3, 0, 6, 1",
        "3, 1, 0, 1",
        "3, 1, 9, 1"
    })
    void theFirstWholeNumberCounts(int type, int count, int value, int orientation) {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            assertThat(Exif.orientation(exif(order, type, count, value))).isEqualTo(orientation);
        }
    }

    @Test
    void theLastEntryCountsAndDamageBehindItDoesNot() {
        // Given: four entries are stated, two are there
        ByteBuffer twice = ByteBuffer.allocate(34).put(exif(ByteOrder.BIG_ENDIAN, 3, 1, 3), 0, 22);
        twice.put(exif(ByteOrder.BIG_ENDIAN, 3, 1, 6), 10, 12).putShort(8, (short) 4);

        // When // Then
        assertThat(Exif.orientation(twice.array())).isEqualTo(6);
    }

    @Test
    void xmpIsAskedWhereExifDoesNotSayIt() {
        byte[] exif = exif(ByteOrder.BIG_ENDIAN, 3, 1, 1);
        byte[] other = exif.clone();
        other[11] = 0x10;
        byte[] attribute = "<x tiff:Orientation='8' tiff:Orientation=\"6\"/>".getBytes(US_ASCII);
        byte[] element = "<tiff:Orientation>5</tiff:Orientation>".getBytes(US_ASCII);
        assertThat(Exif.orientation(null, attribute)).isEqualTo(6);
        assertThat(Exif.orientation(null, element)).isEqualTo(5);
        assertThat(Exif.orientation(other, element)).isEqualTo(5);
        assertThat(Exif.orientation(exif, element)).isEqualTo(1);
        assertThat(Exif.orientation(null, "tiff:Orientation=\"".getBytes(US_ASCII)))
                .isEqualTo(1);
        assertThat(Exif.orientation(null, null)).isEqualTo(1);
    }

    /** Copying the rest for each prefix took minutes. */
    @Test
    void prefixesWithoutEndCostOneLook() {
        // Given
        byte[] prefix = "Exif\0\0".getBytes(US_ASCII);
        byte[] data = new byte[16 << 20];
        for (int at = 0; at < data.length; at++) {
            data[at] = prefix[at % prefix.length];
        }

        // When // Then
        assertTimeoutPreemptively(
                Duration.ofMinutes(3), () -> assertThat(Exif.orientation(data)).isEqualTo(1));
    }

    private static byte[] exif(ByteOrder order, int type, int count, int value) {
        ByteBuffer bytes = ByteBuffer.allocate(26).order(order);
        bytes.put(order == ByteOrder.BIG_ENDIAN ? new byte[] {'M', 'M'} : new byte[] {'I', 'I'});
        bytes.putShort((short) 42).putInt(8).putShort((short) 1).putShort((short) 0x112);
        bytes.putShort((short) type).putInt(count);
        if (type == 4 || type == 9) {
            bytes.putInt(value);
        } else if (type == 1 || type == 7) {
            bytes.put((byte) value).put(new byte[3]);
        } else {
            bytes.putShort((short) value).putShort((short) 0);
        }
        return Arrays.copyOf(bytes.array(), 26);
    }
}
