// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How a picture lies: the one field of Exif data, or else of XMP data, that changes pixels. */
public final class Exif {

    private static final int ORIENTATION = 0x112;
    private static final int ENTRY = 12;
    private static final int ABSENT = -1;
    private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};
    private static final byte[] XMP = "tiff:Orientation".getBytes(StandardCharsets.US_ASCII);
    private static final int XMP_VALUE = 3;

    private Exif() {}

    /** As {@link #orientation(byte[], byte[])} of a file without XMP data. */
    public static int orientation(byte[] exif) {
        return orientation(exif, null);
    }

    /**
     * How a picture lies. As in Pillow, XMP data is asked where the Exif data does not say it.
     *
     * @param exif a TIFF structure, with or without the prefix {@code Exif}; null without one
     * @param xmp a text in UTF-8; null without one
     * @return 1 to 8; 1 where the data does not say it or cannot be read: damage to it is no damage to the picture
     */
    public static int orientation(byte @Nullable [] exif, byte @Nullable [] xmp) {
        int value = exif == null ? ABSENT : ofExif(exif);
        if (value == ABSENT && xmp != null) {
            value = ofXmp(xmp);
        }
        return value < 1 || value > 8 ? 1 : value;
    }

    private static int ofExif(byte[] data) {
        int from = 0;
        while (startsWith(data, from, PREFIX)) {
            from += PREFIX.length;
        }
        byte[] tiff = from == 0 ? data : Arrays.copyOfRange(data, from, data.length);
        if (tiff.length < 8 || tiff[0] != tiff[1] || (tiff[0] != 'I' && tiff[0] != 'M')) {
            return ABSENT;
        }
        Bytes bytes = new Bytes(tiff, tiff[0] == 'M');
        int found = ABSENT;
        try {
            long directory = bytes.u32(4);
            int entries = bytes.u16(directory);
            for (int i = 0; i < entries; i++) {
                long entry = directory + 2 + (long) i * ENTRY;
                bytes.require(entry, ENTRY);
                if (bytes.u16(entry) == ORIENTATION && bytes.u32(entry + 4) > 0) {
                    found = value(bytes, entry);
                }
            }
        } catch (IOException e) {
            // What was read before the damage holds.
        }
        return found;
    }

    /** The first value of an entry; 0 for what is no whole number. */
    private static int value(Bytes bytes, long entry) throws IOException {
        int type = bytes.u16(entry + 2);
        long size = type == 3 || type == 8 ? 2 : 4;
        long at = bytes.u32(entry + 4) * size <= 4 ? entry + 8 : bytes.u32(entry + 8);
        return switch (type) {
            case 3, 8 -> bytes.u16(at);
            case 4, 9, 13 -> (int) Math.min(bytes.u32(at), Integer.MAX_VALUE);
            default -> 0;
        };
    }

    /** An attribute or an element, whichever comes first: its value is one digit. */
    private static int ofXmp(byte[] xmp) {
        for (int at = 0; at + XMP.length + XMP_VALUE <= xmp.length; at++) {
            if (xmp[at] == XMP[0] && startsWith(xmp, at, XMP)) {
                int behind = at + XMP.length;
                int digit = xmp[behind] == '>' ? xmp[behind + 1] : 0;
                if (xmp[behind] == '=' && xmp[behind + 1] == '"') {
                    digit = xmp[behind + 2];
                }
                if (digit >= '0' && digit <= '9') {
                    return digit - '0';
                }
            }
        }
        return ABSENT;
    }

    private static boolean startsWith(byte[] data, int from, byte[] prefix) {
        return data.length - from >= prefix.length
                && Arrays.equals(data, from, from + prefix.length, prefix, 0, prefix.length);
    }
}
