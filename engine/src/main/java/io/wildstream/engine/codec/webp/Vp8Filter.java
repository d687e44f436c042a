// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

/** Smooths the edges between blocks, as strongly as the frame says. */
final class Vp8Filter {

    private final Plane[] planes;
    private final boolean simple;

    /** @param planes luma, and the two of chroma */
    Vp8Filter(Plane[] planes, boolean simple) {
        this.planes = planes;
        this.simple = simple;
    }

    /** How strong it is for one block. */
    record Strength(int limit, int inner, int variance) {

        static Strength of(int level, int sharpness) {
            int inner = level;
            if (sharpness > 0) {
                inner = Math.min(inner >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
            }
            inner = Math.max(1, inner);
            return new Strength(2 * level + inner, inner, level >= 40 ? 2 : level >= 15 ? 1 : 0);
        }
    }

    /**
     * Filters a block of 16 x 16.
     *
     * @param withInner whether the edges within it are filtered too
     */
    void filter(int column, int row, Strength strength, boolean withInner) {
        if (column > 0) {
            edges(column, row, 0, strength, true);
        }
        if (withInner) {
            edges(column, row, 4, strength, true);
        }
        if (row > 0) {
            edges(column, row, 0, strength, false);
        }
        if (withInner) {
            edges(column, row, 4, strength, false);
        }
    }

    /**
     * Filters edges of one direction in all planes.
     *
     * @param first 0 for the block's own edge, 4 for those within it
     * @param vertical whether the edges are columns
     */
    private void edges(int column, int row, int first, Strength strength, boolean vertical) {
        for (int i = 0; i < (simple ? 1 : planes.length); i++) {
            Plane plane = planes[i];
            int size = i == 0 ? 16 : 8;
            int across = vertical ? 1 : plane.stride;
            int along = vertical ? plane.stride : 1;
            int at = plane.at(column * size, row * size);
            int last = first == 0 ? 0 : size - 4;
            for (int edge = first; edge <= last; edge += 4) {
                for (int k = 0; k < size; k++) {
                    point(plane.pixels, at + edge * across + k * along, across, strength, first == 0);
                }
            }
        }
    }

    private void point(byte[] p, int at, int step, Strength strength, boolean outer) {
        int limit = 2 * (strength.limit + (outer ? 4 : 0)) + 1;
        int p1 = p[at - 2 * step] & 0xFF;
        int p0 = p[at - step] & 0xFF;
        int q0 = p[at] & 0xFF;
        int q1 = p[at + step] & 0xFF;
        if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > limit) {
            return;
        }
        if (simple) {
            two(p, at, step, p1, p0, q0, q1);
            return;
        }
        int p2 = p[at - 3 * step] & 0xFF;
        int q2 = p[at + 2 * step] & 0xFF;
        int inner = strength.inner;
        if (Math.abs((p[at - 4 * step] & 0xFF) - p2) > inner
                || Math.abs(p2 - p1) > inner
                || Math.abs(p1 - p0) > inner
                || Math.abs((p[at + 3 * step] & 0xFF) - q2) > inner
                || Math.abs(q2 - q1) > inner
                || Math.abs(q1 - q0) > inner) {
            return;
        }
        if (Math.abs(p1 - p0) > strength.variance || Math.abs(q1 - q0) > strength.variance) {
            two(p, at, step, p1, p0, q0, q1);
        } else if (outer) {
            six(p, at, step, signed(3 * (q0 - p0) + signed(p1 - q1)));
        } else {
            four(p, at, step, 3 * (q0 - p0));
        }
    }

    private static void two(byte[] p, int at, int step, int p1, int p0, int q0, int q1) {
        int a = 3 * (q0 - p0) + signed(p1 - q1);
        p[at - step] = Vp8Prediction.clip(p0 + small((a + 3) >> 3));
        p[at] = Vp8Prediction.clip(q0 - small((a + 4) >> 3));
    }

    private static void four(byte[] p, int at, int step, int a) {
        int a1 = small((a + 4) >> 3);
        int a2 = small((a + 3) >> 3);
        int a3 = (a1 + 1) >> 1;
        change(p, at - 2 * step, a3);
        change(p, at - step, a2);
        change(p, at, -a1);
        change(p, at + step, -a3);
    }

    private static void six(byte[] p, int at, int step, int a) {
        int a1 = (27 * a + 63) >> 7;
        int a2 = (18 * a + 63) >> 7;
        int a3 = (9 * a + 63) >> 7;
        change(p, at - 3 * step, a3);
        change(p, at - 2 * step, a2);
        change(p, at - step, a1);
        change(p, at, -a1);
        change(p, at + step, -a2);
        change(p, at + 2 * step, -a3);
    }

    private static void change(byte[] p, int at, int by) {
        p[at] = Vp8Prediction.clip((p[at] & 0xFF) + by);
    }

    private static int signed(int value) {
        return Math.max(-128, Math.min(127, value));
    }

    private static int small(int value) {
        return Math.max(-16, Math.min(15, value));
    }
}
