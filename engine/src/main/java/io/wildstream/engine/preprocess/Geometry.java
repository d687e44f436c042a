// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

import org.jspecify.annotations.Nullable;

/**
 * Where a picture ends up along one axis: it is scaled, laid on a canvas and cut. Rounded as Pillow and torchvision round, which is
 * Python's way: halves to the even number.
 *
 * @param scaled length of the scaled picture
 * @param canvas length of what it is laid on; the same without padding
 * @param offset where the scaled picture begins on the canvas
 * @param length of what is cut out
 * @param start where that begins on the canvas; below 0 where it is larger than the canvas
 */
record Geometry(int scaled, int canvas, int offset, int length, int start) {

    /**
     * Of one axis.
     *
     * @param side the picture's length along it
     * @param other its length along the other one
     * @param target what the contract asks for along this axis
     * @param otherTarget and along the other one
     * @param crop length of the part that is cut out; 0 for all
     */
    private record Axis(int side, int other, int target, int otherTarget, int crop) {}

    /** Of the columns of a picture. */
    static Geometry ofWidth(Preprocessing contract, int height, int width) {
        Resize resize = contract.resize();
        Size size = resize == null ? new Size(0, 0) : resize.size();
        Size crop = contract.crop();
        return of(resize, new Axis(width, height, size.width(), size.height(), crop == null ? 0 : crop.width()));
    }

    /** Of the rows of a picture. */
    static Geometry ofHeight(Preprocessing contract, int height, int width) {
        Resize resize = contract.resize();
        Size size = resize == null ? new Size(0, 0) : resize.size();
        Size crop = contract.crop();
        return of(resize, new Axis(height, width, size.height(), size.width(), crop == null ? 0 : crop.height()));
    }

    private static Geometry of(@Nullable Resize resize, Axis axis) {
        int scaled = resize == null
                ? axis.side()
                : switch (resize.mode()) {
                    case EXACT -> axis.target();
                    case SHORTER_SIDE -> byShorterSide(axis);
                    case PAD -> contained(axis);
                };
        int canvas = resize != null && resize.mode() == Resize.Mode.PAD ? axis.target() : scaled;
        int offset = (int) Math.rint((canvas - scaled) * 0.5);
        int crop = axis.crop();
        if (crop == 0) {
            return new Geometry(scaled, canvas, offset, canvas, 0);
        }
        int start = crop > canvas ? -((crop - canvas) / 2) : (int) Math.rint((canvas - crop) / 2.0);
        return new Geometry(scaled, canvas, offset, crop, start);
    }

    /** torchvision's {@code int(size * long / short)}. */
    private static int byShorterSide(Axis axis) {
        if (axis.side() <= axis.other()) {
            return axis.target();
        }
        return (int) Math.min(Integer.MAX_VALUE, (double) ((long) axis.target() * axis.side()) / axis.other());
    }

    /** Pillow's {@code ImageOps.contain}; at least one pixel, where Pillow refuses. */
    private static int contained(Axis axis) {
        double proportions = (double) axis.side() / axis.other();
        if (proportions >= (double) axis.target() / axis.otherTarget()) {
            return axis.target();
        }
        return (int) Math.max(1, Math.rint(proportions * axis.otherTarget()));
    }

    /** First place of what is cut out that shows the scaled picture. */
    int shownFrom() {
        return Math.max(0, offset - start);
    }

    /** Number of places that show it. */
    int shown() {
        return Math.min(length, offset + scaled - start) - shownFrom();
    }

    /** The place of the scaled picture that is shown first. */
    int firstShown() {
        return shownFrom() + start - offset;
    }
}
