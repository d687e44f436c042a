// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

import io.wildstream.engine.codec.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One lossless picture; its transparency is left out. */
public final class LosslessFrame {

    private static final int HEADER = 5;
    private static final int SIGNATURE = 0x2F;
    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;
    private static final int LEVELS = 256;
    /** Codes of one group: green and lengths, red, blue, opacity, distances. */
    private static final int CODES = 5;
    /** Numbers that all tables may hold beside those of the pixels: many times what encoders make. */
    private static final int TABLES = 1 << 22;

    /** Places near a pixel, the next first: rows above in the upper four bits, 8 less columns to the left in the lower. */
    private static final byte[] NEAR = HexFormat.of()
            .parseHex("1807171928062729161a262a38053739151b363a252b48044749141c353b464a242c58454b343c035759131d56"
                    + "5a232d444c555b333d68026769121e666a222e545c434d656b323e78017779535d111f646c424e767a212f757b"
                    + "313f636d525e00747c414f1020626e30737d515f40727e616f50717f6070");

    private final LosslessBits in;
    private final BooleanSupplier timeIsOver;
    private final long mostTables;
    private long tables;

    private LosslessFrame(LosslessBits in, long pixels, BooleanSupplier timeIsOver) {
        this.in = in;
        this.mostTables = TABLES + pixels;
        this.timeIsOver = timeIsOver;
    }

    /**
     * Decodes a picture.
     *
     * @param data holds it from {@code from} on, so many bytes long
     */
    public static Picture decode(byte[] data, int from, int length, BooleanSupplier timeIsOver) throws IOException {
        if (length < HEADER || from + length > data.length || data[from] != SIGNATURE) {
            throw new IOException("the lossless picture has no header");
        }
        LosslessBits in = new LosslessBits(data, from + 1, from + length);
        int width = in.number(14) + 1;
        int height = in.number(14) + 1;
        in.flag(); // Whether there is transparency: a hint.
        if (in.number(3) != 0) {
            throw new IOException("the lossless picture is of a later version");
        }
        return picture(new LosslessFrame(in, (long) width * height, timeIsOver).whole(width, height), height, width);
    }

    private static Picture picture(int[] argb, int height, int width) {
        int size = height * width;
        byte[] pixels = new byte[Math.multiplyExact(3, size)];
        for (int i = 0; i < size; i++) {
            pixels[i] = (byte) (argb[i] >> 16);
            pixels[size + i] = (byte) (argb[i] >> 8);
            pixels[2 * size + i] = (byte) argb[i];
        }
        return new Picture(3, height, width, pixels);
    }

    private int[] whole(int width, int height) throws IOException {
        List<LosslessTransform> transforms = new ArrayList<>();
        int coded = width;
        int seen = 0;
        while (in.flag()) {
            int kind = in.number(2);
            if ((seen & 1 << kind) != 0) {
                throw new IOException("a transform is there twice");
            }
            seen |= 1 << kind;
            LosslessTransform transform = transform(kind, coded, height);
            transforms.add(transform);
            if (kind == LosslessTransform.NUMBERS) {
                coded = LosslessTransform.tiles(coded, transform.bits());
            }
        }
        int[] pixels = stream(coded, height, true);
        for (int i = transforms.size() - 1; i >= 0; i--) {
            requireTime();
            pixels = transforms.get(i).undo(pixels, height);
        }
        return pixels;
    }

    private LosslessTransform transform(int kind, int width, int height) throws IOException {
        if (kind == LosslessTransform.GREEN) {
            return new LosslessTransform(kind, 0, new int[0], width);
        }
        if (kind == LosslessTransform.NUMBERS) {
            int count = in.number(8) + 1;
            int[] colours = stream(count, 1, false);
            for (int i = 1; i < count; i++) {
                colours[i] = LosslessTransform.add(colours[i], colours[i - 1]);
            }
            return new LosslessTransform(kind, count > 16 ? 0 : count > 4 ? 1 : count > 2 ? 2 : 3, colours, width);
        }
        int bits = in.number(3) + 2;
        int[] tiles = stream(LosslessTransform.tiles(width, bits), LosslessTransform.tiles(height, bits), false);
        return new LosslessTransform(kind, bits, tiles, width);
    }

    /** Decodes pixels; only those of the picture itself may have several groups of codes. */
    private int[] stream(int width, int height, boolean mayHaveGroups) throws IOException {
        int cacheBits = in.flag() ? in.number(4) : 0;
        if (cacheBits > 11) {
            throw new IOException("the cache of colours has " + cacheBits + " bits");
        }
        int tileBits = 0;
        int[] groupOf = {};
        int groups = 1;
        if (mayHaveGroups && in.flag()) {
            tileBits = in.number(3) + 2;
            groupOf =
                    stream(LosslessTransform.tiles(width, tileBits), LosslessTransform.tiles(height, tileBits), false);
            for (int i = 0; i < groupOf.length; i++) {
                groupOf[i] = groupOf[i] >> 8 & 0xFFFF;
                groups = Math.max(groups, groupOf[i] + 1);
            }
        }
        return pixels(width, height, cacheBits, tileBits, groupOf, groups(groups, groupOf, cacheBits));
    }

    private LosslessCode[][] groups(int count, int[] groupOf, int cacheBits) throws IOException {
        boolean[] used = new boolean[count];
        used[0] = groupOf.length == 0;
        for (int group : groupOf) {
            used[group] = true;
        }
        LosslessCode[][] codes = new LosslessCode[count][];
        int cache = cacheBits == 0 ? 0 : 1 << cacheBits;
        for (int group = 0; group < count; group++) {
            LosslessCode[] read = new LosslessCode[CODES];
            for (int i = 0; i < CODES; i++) {
                int alphabet = i == 0 ? LEVELS + LENGTHS + cache : i == CODES - 1 ? DISTANCES : LEVELS;
                read[i] = LosslessCode.read(in, alphabet);
                tables += used[group] ? read[i].size() : 0;
            }
            if (tables > mostTables) {
                throw new IOException("the compressed pixels have too many codes");
            }
            codes[group] = read;
            if (!used[group]) {
                codes[group] = new LosslessCode[0];
            }
            if ((group & 0xFF) == 0) {
                requireTime();
            }
        }
        return codes;
    }

    private int[] pixels(int width, int height, int cacheBits, int tileBits, int[] groupOf, LosslessCode[][] groups)
            throws IOException {
        int[] pixels = new int[Math.multiplyExact(width, height)];
        int[] cache = new int[cacheBits == 0 ? 0 : 1 << cacheBits];
        int tiles = LosslessTransform.tiles(width, tileBits);
        int cached = 0;
        int at = 0;
        int nextLook = 0;
        while (at < pixels.length) {
            if (at >= nextLook) {
                requireTime();
                nextLook = at + (1 << 14);
            }
            LosslessCode[] codes = groups[
                    groupOf.length == 0 ? 0 : groupOf[(at / width >> tileBits) * tiles + (at % width >> tileBits)]];
            int green = codes[0].next(in);
            if (green < LEVELS) {
                int red = codes[1].next(in);
                int blue = codes[2].next(in);
                pixels[at++] = codes[3].next(in) << 24 | red << 16 | green << 8 | blue;
                continue;
            }
            if (green < LEVELS + LENGTHS) {
                int length = extended(green - LEVELS);
                int distance = distance(extended(codes[4].next(in)), width);
                if (distance > at || length > pixels.length - at) {
                    throw new IOException("the compressed pixels point beyond the picture");
                }
                for (int end = at + length; at < end; at++) {
                    pixels[at] = pixels[at - distance];
                }
                continue;
            }
            for (; cached < at; cached++) {
                cache[pixels[cached] * 0x1E35A7BD >>> 32 - cacheBits] = pixels[cached];
            }
            pixels[at++] = cache[green - LEVELS - LENGTHS];
        }
        return pixels;
    }

    private int extended(int symbol) throws IOException {
        if (symbol < 4) {
            return symbol + 1;
        }
        int bits = (symbol - 2) >> 1;
        return ((2 + (symbol & 1)) << bits) + in.number(bits) + 1;
    }

    private static int distance(int code, int width) {
        if (code > NEAR.length) {
            return code - NEAR.length;
        }
        int near = NEAR[code - 1];
        return Math.max(1, (near >> 4) * width + 8 - (near & 15));
    }

    private void requireTime() throws IOException {
        if (timeIsOver.getAsBoolean()) {
            throw new IOException("the time is over");
        }
    }
}
