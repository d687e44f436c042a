// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.util.Arrays;

/** The one field of Exif data that changes pixels. */
public final class Exif {

    private static final int ORIENTATION = 0x112;
    private static final int ENTRY = 12;
    private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};

    private Exif() {}

    /**
     * How a picture lies.
     *
     * @param data a TIFF structure, with or without the prefix {@code Exif}
     * @return 1 to 8; 1 where the data does not say it or cannot be read: damage to it is no damage to the picture
     */
    public static int orientation(byte[] data) {
        byte[] tiff = data;
        while (tiff.length >= PREFIX.length && Arrays.equals(tiff, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            tiff = Arrays.copyOfRange(tiff, PREFIX.length, tiff.length);
        }
        try {
            int value = read(tiff);
            return value < 1 || value > 8 ? 1 : value;
        } catch (IOException e) {
            return 1;
        }
    }

    private static int read(byte[] tiff) throws IOException {
        if (tiff.length < 8 || tiff[0] != tiff[1] || (tiff[0] != 'I' && tiff[0] != 'M')) {
            return 1;
        }
        Bytes bytes = new Bytes(tiff, tiff[0] == 'M');
        long directory = bytes.u32(4);
        int entries = bytes.u16(directory);
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + (long) i * ENTRY;
            if (bytes.u16(entry) == ORIENTATION && bytes.u32(entry + 4) == 1) {
                return switch (bytes.u16(entry + 2)) {
                    case 1 -> bytes.u8(entry + 8);
                    case 3 -> bytes.u16(entry + 8);
                    case 4 -> (int) bytes.u32(entry + 8);
                    default -> 1;
                };
            }
        }
        return 1;
    }
}
