// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

import io.wildstream.engine.codec.Picture;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Resizes pictures to the bit as Pillow does: columns first, rounded to 8 bits, then rows; of very tall pictures rows first. Computes
 * only the part that is wanted, row by row, so that the memory it takes is that of the result, however large the picture is.
 */
final class Resampling {

    /** So many times higher than wide is very tall. */
    private static final long VERY_TALL = 100;

    private final Picture picture;
    private final Interpolation interpolation;
    private final Geometry columns;
    private final Geometry rows;

    Resampling(Picture picture, Interpolation interpolation, Geometry columns, Geometry rows) {
        this.picture = picture;
        this.interpolation = interpolation;
        this.columns = columns;
        this.rows = rows;
    }

    /**
     * Writes the part of the resized picture that is shown.
     *
     * @param target channels first, of the geometries' lengths; what shows nothing of the picture stays as it was
     */
    void into(byte[] target) {
        if (columns.shown() <= 0 || rows.shown() <= 0) {
            return;
        }
        if (interpolation == Interpolation.NEAREST) {
            nearest(target);
        } else if (picture.height() > VERY_TALL * picture.width() && rows.scaled() < picture.height()) {
            rowsFirst(target);
        } else {
            weighted(target);
        }
    }

    private int target(int channel, int row) {
        return (channel * rows.length() + rows.shownFrom() + row) * columns.length() + columns.shownFrom();
    }

    private int source(int channel, int row) {
        return (channel * picture.height() + row) * picture.width();
    }

    private void nearest(byte[] target) {
        int[] x = nearest(columns, picture.width());
        int[] y = nearest(rows, picture.height());
        for (int channel = 0; channel < picture.channels(); channel++) {
            for (int row = 0; row < y.length; row++) {
                int to = target(channel, row);
                int from = source(channel, y[row]);
                for (int column = 0; column < x.length; column++) {
                    target[to + column] = picture.pixels()[from + x[column]];
                }
            }
        }
    }

    /** Places by repeated addition, which is how Pillow's affine transform comes to them. */
    private static int[] nearest(Geometry axis, int side) {
        int[] places = new int[axis.shown()];
        double step = (double) side / axis.scaled();
        double place = step * 0.5;
        int first = axis.firstShown();
        for (int i = 0; i < first + places.length; i++) {
            if (i >= first) {
                places[i - first] = Math.min((int) place, side - 1);
            }
            place += step;
        }
        return places;
    }

    private void rowsFirst(byte[] target) {
        int width = picture.width();
        Geometry allColumns = new Geometry(width, width, 0, width, 0);
        Geometry shownRows = new Geometry(rows.scaled(), rows.scaled(), 0, rows.shown(), rows.firstShown());
        byte[] low = new byte[Math.multiplyExact(picture.channels(), Math.multiplyExact(rows.shown(), width))];
        new Resampling(picture, interpolation, allColumns, shownRows).weighted(low);
        Geometry asTheyAre = new Geometry(rows.shown(), rows.canvas(), rows.shownFrom(), rows.length(), 0);
        Picture lower = new Picture(picture.channels(), rows.shown(), width, low);
        new Resampling(lower, interpolation, columns, asTheyAre).weighted(target);
    }

    private void weighted(byte[] target) {
        Kernel across = columns.scaled() == picture.width() ? null : kernel(columns, picture.width());
        Kernel down = rows.scaled() == picture.height() ? null : kernel(rows, picture.height());
        int[] line = new int[columns.shown()];
        for (int channel = 0; channel < picture.channels(); channel++) {
            if (down == null) {
                for (int row = 0; row < rows.shown(); row++) {
                    line(across, channel, rows.firstShown() + row, line);
                    store(line, target, target(channel, row));
                }
            } else {
                down(across, down, channel, line, target);
            }
        }
    }

    private Kernel kernel(Geometry axis, int side) {
        return Kernel.of(interpolation, side, axis.scaled(), axis.firstShown(), axis.shown());
    }

    /** One row of the picture, resized in its length. */
    private void line(@Nullable Kernel across, int channel, int row, int[] line) {
        byte[] pixels = picture.pixels();
        int start = source(channel, row);
        if (across == null) {
            start += columns.firstShown();
            for (int i = 0; i < line.length; i++) {
                line[i] = pixels[start + i] & 0xFF;
            }
            return;
        }
        int[] weights = across.weights();
        int[] first = across.first();
        int[] offset = across.offset();
        int[] count = across.count();
        for (int i = 0; i < line.length; i++) {
            int sum = Kernel.HALF;
            int from = start + first[i];
            int weight = offset[i];
            int end = from + count[i];
            while (from < end) {
                sum += weights[weight++] * (pixels[from++] & 0xFF);
            }
            line[i] = Kernel.clip(sum);
        }
    }

    /** Adds each row of the picture, once, to all new rows that it counts for. */
    private void down(@Nullable Kernel across, Kernel down, int channel, int[] line, byte[] target) {
        int[][] sums = new int[rows.shown()][];
        int next = 0;
        int last = rows.shown() - 1;
        int end = down.first()[last] + down.count()[last];
        for (int y = down.first()[0]; y < end; y++) {
            line(across, channel, y, line);
            for (int row = next; row < sums.length && down.first()[row] <= y; row++) {
                int k = y - down.first()[row];
                int[] sum = sums[row];
                if (sum == null) {
                    sum = new int[line.length];
                    Arrays.fill(sum, Kernel.HALF);
                    sums[row] = sum;
                }
                if (k < down.count()[row]) {
                    add(down.weights()[down.offset()[row] + k], line, sum);
                }
                if (row == next && k >= down.count()[row] - 1) {
                    finish(sum, target, target(channel, row));
                    sums[row] = null;
                    next++;
                }
            }
        }
    }

    private static void add(int weight, int[] line, int[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * line[i];
        }
    }

    private static void finish(int[] sum, byte[] target, int at) {
        for (int i = 0; i < sum.length; i++) {
            target[at + i] = (byte) Kernel.clip(sum[i]);
        }
    }

    private static void store(int[] line, byte[] target, int at) {
        for (int i = 0; i < line.length; i++) {
            target[at + i] = (byte) line[i];
        }
    }
}
