// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of the first picture of a TIFF file; a field's values are read when they are asked for. */
final class TiffDirectory {

    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int FILL_ORDER = 266;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_LENGTHS = 279;
    static final int PLANAR = 284;
    static final int PREDICTOR = 317;
    static final int COLOUR_MAP = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_LENGTHS = 325;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;
    static final int XMP = 700;

    private static final int ENTRY = 12;

    private final Bytes bytes;
    private final Map<Integer, Long> entries = new HashMap<>();

    TiffDirectory(Bytes bytes) throws IOException {
        this.bytes = bytes;
        long start = bytes.u32(4);
        int count = bytes.u16(start);
        for (int i = 0; i < count; i++) {
            long entry = start + 2 + (long) i * ENTRY;
            bytes.require(entry, ENTRY);
            entries.putIfAbsent(bytes.u16(entry), entry);
        }
    }

    boolean has(int tag) {
        return entries.containsKey(tag);
    }

    /** The number of values of a field; 0 without it. */
    int count(int tag) throws IOException {
        Long entry = entries.get(tag);
        if (entry == null) {
            return 0;
        }
        long count = bytes.u32(entry + 4);
        bytes.require(valuesAt(entry), count * size(entry));
        return (int) count;
    }

    /** The first value of a field, or what it is without the field. */
    long value(int tag, long otherwise) throws IOException {
        return count(tag) == 0 ? otherwise : value(tag, 0);
    }

    /** One value of a field that has so many. */
    long value(int tag, int index) throws IOException {
        Long entry = entries.get(tag);
        if (entry == null || index >= count(tag)) {
            throw new IOException("the field " + tag + " has no value " + index);
        }
        int size = size(entry);
        long at = valuesAt(entry) + (long) index * size;
        return switch (size) {
            case 1 -> bytes.u8(at);
            case 2 -> bytes.u16(at);
            default -> bytes.u32(at);
        };
    }

    /** The bytes of a field of bytes; null without it, or where it is something else. */
    byte @Nullable [] bytes(int tag) throws IOException {
        Long entry = entries.get(tag);
        if (entry == null || (bytes.u16(entry + 2) != 1 && bytes.u16(entry + 2) != 7)) {
            return null;
        }
        byte[] values = new byte[count(tag)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) bytes.u8(valuesAt(entry) + i);
        }
        return values;
    }

    private long valuesAt(long entry) throws IOException {
        return bytes.u32(entry + 4) * size(entry) <= 4 ? entry + 8 : bytes.u32(entry + 8);
    }

    private int size(long entry) throws IOException {
        int type = bytes.u16(entry + 2);
        return switch (type) {
            case 1, 2, 6, 7 -> 1;
            case 3, 8 -> 2;
            case 4, 9, 13 -> 4;
            default -> throw new IOException("the field " + bytes.u16(entry) + " is no whole number");
        };
    }
}
