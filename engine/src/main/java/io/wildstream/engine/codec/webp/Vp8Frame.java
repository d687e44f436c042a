// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

import io.wildstream.engine.codec.Picture;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** One key frame, decoded block by block of 16 x 16 pixels. */
public final class Vp8Frame {

    private static final int FRAME_HEADER = 10;
    private static final int SMALL = 1;
    /** Kinds of coefficients: luma without its first ones, their second order, chroma, luma with all. */
    private static final int WITHOUT_FIRST = 0;

    private static final int SECOND_ORDER = 1;
    private static final int CHROMA = 2;
    private static final int ALL = 3;

    private final int width;
    private final int height;
    private final int columns;
    private final int rows;
    private final Vp8Header header;
    private final BoolReader modes;
    private final BoolReader[] tokens;
    private final Plane[] planes;

    /** Modes of the blocks of 4 x 4 above and on the left. */
    private final int[] modesAbove;

    private final int[] modesLeft = new int[4];
    /** Whether the blocks above and on the left have coefficients: four of luma, two and two of chroma, one of the second order. */
    private final boolean[] above;

    private final boolean[] left = new boolean[9];
    private final int[] smallModes = new int[16];
    private final int[] coefficients = new int[24 * 16];
    private final boolean[] filled = new boolean[24];
    /** Of each block: level of the filter, and whether its inner edges are filtered. */
    private final byte[] levels;

    private final boolean[] inner;

    private Vp8Frame(byte[] data, int from, int length) throws IOException {
        int end = from + length;
        if (length < FRAME_HEADER || end > data.length) {
            throw ends();
        }
        int tag = data[from] & 0xFF | (data[from + 1] & 0xFF) << 8 | (data[from + 2] & 0xFF) << 16;
        boolean begins = data[from + 3] == (byte) 0x9D && data[from + 4] == 1 && data[from + 5] == 0x2A;
        if ((tag & 1) != 0 || (tag >> 1 & 7) > 3 || !begins) {
            throw new IOException("the lossy picture has no header");
        }
        width = (data[from + 6] & 0xFF | (data[from + 7] & 0xFF) << 8) & 0x3FFF;
        height = (data[from + 8] & 0xFF | (data[from + 9] & 0xFF) << 8) & 0x3FFF;
        columns = (width + 15) >> 4;
        rows = (height + 15) >> 4;
        int firstEnd = from + FRAME_HEADER + (tag >> 5);
        if (firstEnd > end || width == 0 || height == 0) {
            throw ends();
        }
        modes = new BoolReader(data, from + FRAME_HEADER, firstEnd);
        header = new Vp8Header(modes);
        tokens = partitions(data, firstEnd, end, header.partitions);
        planes = new Plane[] {
            new Plane(16 * columns, 16 * rows), new Plane(8 * columns, 8 * rows), new Plane(8 * columns, 8 * rows)
        };
        modesAbove = new int[4 * columns];
        above = new boolean[9 * columns];
        levels = new byte[columns * rows];
        inner = new boolean[columns * rows];
    }

    private static BoolReader[] partitions(byte[] data, int from, int end, int count) throws IOException {
        int start = from + 3 * (count - 1);
        if (start > end) {
            throw ends();
        }
        BoolReader[] readers = new BoolReader[count];
        for (int i = 0; i < count; i++) {
            int at = from + 3 * i;
            int stated = i == count - 1
                    ? end - start
                    : data[at] & 0xFF | (data[at + 1] & 0xFF) << 8 | (data[at + 2] & 0xFF) << 16;
            int stop = Math.min(end, start + stated);
            readers[i] = new BoolReader(data, start, stop);
            start = stop;
        }
        return readers;
    }

    private static IOException ends() {
        return new IOException("the file ends within its pixels");
    }

    /**
     * Decodes a frame.
     *
     * @param data holds it from {@code from} on, so many bytes long
     */
    public static Picture decode(byte[] data, int from, int length, BooleanSupplier timeIsOver) throws IOException {
        Vp8Frame frame = new Vp8Frame(data, from, length);
        for (int row = 0; row < frame.rows; row++) {
            if (timeIsOver.getAsBoolean()) {
                throw new IOException("the time is over");
            }
            frame.row(row);
        }
        frame.filter();
        return Vp8Colours.picture(frame.planes[0], frame.planes[1], frame.planes[2], frame.height, frame.width);
    }

    private void row(int row) throws IOException {
        Arrays.fill(modesLeft, 0);
        Arrays.fill(left, false);
        BoolReader in = tokens[row & tokens.length - 1];
        for (int column = 0; column < columns; column++) {
            block(in, column, row);
            if (modes.hasEnded() || in.hasEnded()) {
                throw ends();
            }
        }
    }

    private void block(BoolReader in, int column, int row) {
        int segment = 0;
        if (header.hasSegmentMap) {
            int[] p = header.segmentProbabilities;
            segment = modes.bit(p[0]) ? 2 + (modes.bit(p[2]) ? 1 : 0) : modes.bit(p[1]) ? 1 : 0;
        }
        boolean empty = header.skip >= 0 && modes.bit(header.skip);
        boolean small = !modes.bit(145);
        int mode = small ? SMALL : largeMode();
        if (small) {
            readSmallModes(column);
        } else {
            Arrays.fill(modesAbove, 4 * column, 4 * column + 4, mode);
            Arrays.fill(modesLeft, mode);
        }
        int chroma = chromaMode();
        Arrays.fill(coefficients, 0);
        Arrays.fill(filled, false);
        if (empty) {
            clearContext(column, !small);
        } else {
            empty = !readCoefficients(in, column, small, header.quantisers[segment]);
        }
        int index = row * columns + column;
        levels[index] = (byte) header.filterLevels[segment][small ? 1 : 0];
        inner[index] = small || !empty;
        if (small) {
            drawSmall(column, row);
        } else {
            draw(0, column, row, mode, 0);
        }
        draw(1, column, row, chroma, 16);
        draw(2, column, row, chroma, 20);
    }

    private int largeMode() {
        if (modes.bit(156)) {
            return modes.bit(128) ? Vp8Prediction.TRUE_MOTION : Vp8Prediction.HORIZONTAL;
        }
        return modes.bit(163) ? Vp8Prediction.VERTICAL : Vp8Prediction.DC;
    }

    private int chromaMode() {
        if (!modes.bit(142)) {
            return Vp8Prediction.DC;
        }
        if (!modes.bit(114)) {
            return Vp8Prediction.VERTICAL;
        }
        return modes.bit(183) ? Vp8Prediction.TRUE_MOTION : Vp8Prediction.HORIZONTAL;
    }

    private void readSmallModes(int column) {
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                int at = 4 * column + x;
                int mode = smallMode(9 * (10 * modesAbove[at] + modesLeft[y]));
                smallModes[4 * y + x] = mode;
                modesAbove[at] = mode;
                modesLeft[y] = mode;
            }
        }
    }

    private int smallMode(int node) {
        if (!at(node)) {
            return Vp8Prediction.DC;
        }
        if (!at(node + 1)) {
            return Vp8Prediction.TRUE_MOTION;
        }
        if (!at(node + 2)) {
            return Vp8Prediction.VERTICAL;
        }
        if (!at(node + 3)) {
            if (!at(node + 4)) {
                return Vp8Prediction.HORIZONTAL;
            }
            return at(node + 5) ? Vp8Prediction.VERTICAL_RIGHT : Vp8Prediction.RIGHT_DOWN;
        }
        if (!at(node + 6)) {
            return Vp8Prediction.LEFT_DOWN;
        }
        if (!at(node + 7)) {
            return Vp8Prediction.VERTICAL_LEFT;
        }
        return at(node + 8) ? Vp8Prediction.HORIZONTAL_UP : Vp8Prediction.HORIZONTAL_DOWN;
    }

    private boolean at(int node) {
        return modes.bit(Vp8Tables.MODE[node]);
    }

    private void clearContext(int column, boolean withSecondOrder) {
        int count = withSecondOrder ? 9 : 8;
        Arrays.fill(above, 9 * column, 9 * column + count, false);
        Arrays.fill(left, 0, count, false);
    }

    /** False when there are none. */
    private boolean readCoefficients(BoolReader in, int column, boolean small, int[] quantisers) {
        int kind = ALL;
        int context = 9 * column;
        if (!small) {
            kind = WITHOUT_FIRST;
            int[] second = new int[16];
            int end = read(in, SECOND_ORDER, count(above[context + 8], left[8]), quantisers, 2, second, 0);
            above[context + 8] = end > 0;
            left[8] = end > 0;
            Vp8Prediction.firstCoefficients(second, coefficients);
        }
        boolean any = false;
        for (int block = 0; block < 24; block++) {
            boolean luma = block < 16;
            int x = luma ? block & 3 : block & 1;
            int y = luma ? block >> 2 : (block & 3) >> 1;
            int plane = luma ? 0 : block < 20 ? 4 : 6;
            int top = context + plane + x;
            int side = plane + y;
            int from = 16 * block;
            int first = luma && kind == WITHOUT_FIRST ? 1 : 0;
            int end = read(
                    in,
                    luma ? kind : CHROMA,
                    count(above[top], left[side]),
                    quantisers,
                    luma ? 0 : 4,
                    coefficients,
                    from);
            above[top] = end > first;
            left[side] = end > first;
            filled[block] = end > 1 || coefficients[from] != 0;
            any |= filled[block];
        }
        return any;
    }

    private static int count(boolean one, boolean other) {
        return (one ? 1 : 0) + (other ? 1 : 0);
    }

    /** Reads the coefficients of a block of 4 x 4 and gives the number of those that may not be 0. */
    private int read(BoolReader in, int kind, int context, int[] quantisers, int quantiser, int[] target, int from) {
        int[] p = header.probabilities;
        int n = kind == WITHOUT_FIRST ? 1 : 0;
        int at = node(kind, n, context);
        while (n < 16) {
            if (!in.bit(p[at])) {
                return n;
            }
            while (!in.bit(p[at + 1])) {
                n++;
                if (n == 16) {
                    return 16;
                }
                at = node(kind, n, 0);
            }
            int value = 1;
            if (in.bit(p[at + 2])) {
                value = large(in, p, at);
            }
            int factor = quantisers[quantiser + (n > 0 ? 1 : 0)];
            target[from + Vp8Tables.ZIGZAG[n]] = (short) ((in.bit(128) ? -value : value) * factor);
            n++;
            at = node(kind, n, value == 1 ? 1 : 2);
        }
        return 16;
    }

    private static int node(int kind, int n, int context) {
        return 11 * (3 * (8 * kind + Vp8Tables.BANDS[n]) + context);
    }

    private static int large(BoolReader in, int[] p, int at) {
        if (!in.bit(p[at + 3])) {
            if (!in.bit(p[at + 4])) {
                return 2;
            }
            return in.bit(p[at + 5]) ? 4 : 3;
        }
        if (!in.bit(p[at + 6])) {
            if (!in.bit(p[at + 7])) {
                return in.bit(159) ? 6 : 5;
            }
            int upper = in.bit(165) ? 2 : 0;
            return 7 + upper + (in.bit(145) ? 1 : 0);
        }
        int category = in.bit(p[at + 8]) ? 2 : 0;
        category += in.bit(p[at + 9 + category / 2]) ? 1 : 0;
        int value = 0;
        for (int probability : Vp8Tables.LARGE[category]) {
            value = 2 * value + (in.bit(probability) ? 1 : 0);
        }
        return value + 3 + (8 << category);
    }

    private void draw(int index, int column, int row, int mode, int firstBlock) {
        Plane plane = planes[index];
        int size = index == 0 ? 16 : 8;
        int at = plane.at(column * size, row * size);
        Vp8Prediction.large(plane, at, size, mode, row > 0, column > 0);
        int across = size / 4;
        for (int block = 0; block < across * across; block++) {
            if (filled[firstBlock + block]) {
                int place = at + block / across * 4 * plane.stride + block % across * 4;
                Vp8Prediction.add(plane, place, coefficients, 16 * (firstBlock + block));
            }
        }
    }

    private void drawSmall(int column, int row) {
        Plane plane = planes[0];
        int at = plane.at(16 * column, 16 * row);
        int[] beyond = new int[4];
        int[] right = new int[4];
        for (int i = 0; i < 4; i++) {
            // Right of the picture, the last pixel above stands for those beyond.
            int x = row > 0 && column == columns - 1 ? 15 : 16 + i;
            beyond[i] = plane.pixels[at - plane.stride + x] & 0xFF;
        }
        for (int block = 0; block < 16; block++) {
            int place = at + (block >> 2) * 4 * plane.stride + (block & 3) * 4;
            int[] edge = beyond;
            if ((block & 3) < 3) {
                for (int i = 0; i < 4; i++) {
                    right[i] = plane.pixels[place - plane.stride + 4 + i] & 0xFF;
                }
                edge = right;
            }
            Vp8Prediction.small(plane, place, smallModes[block], edge);
            if (filled[block]) {
                Vp8Prediction.add(plane, place, coefficients, 16 * block);
            }
        }
    }

    private void filter() {
        Vp8Filter filter = new Vp8Filter(planes, header.simpleFilter);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int index = row * columns + column;
                if (levels[index] > 0) {
                    filter.filter(column, row, Vp8Filter.Strength.of(levels[index], header.sharpness), inner[index]);
                }
            }
        }
    }
}
