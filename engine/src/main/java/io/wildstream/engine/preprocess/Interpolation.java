// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

/** How a picture is resized; all but {@link #NEAREST} look at all pixels when they shrink it (antialiasing), as Pillow does. */
public enum Interpolation {
    /** The pixel whose place is nearest. */
    NEAREST(0),
    /** The mean of the pixels that are covered. */
    BOX(0.5),
    /** A triangle. */
    BILINEAR(1),
    /** Keys' cubic with a = -0.5. */
    BICUBIC(2),
    /** A sinc, windowed by a sinc of three times the width. */
    LANCZOS(3);

    private final double support;

    Interpolation(double support) {
        this.support = support;
    }

    /** How far the kernel reaches to each side, in pixels of the larger grid. */
    double support() {
        return support;
    }

    /** The kernel at a distance, in pixels of the larger grid. */
    double weight(double distance) {
        double x = Math.abs(distance);
        return switch (this) {
            case NEAREST -> throw new IllegalStateException("nearest has no kernel");
            case BOX -> distance > -0.5 && distance <= 0.5 ? 1 : 0;
            case BILINEAR -> x < 1 ? 1 - x : 0;
            case BICUBIC -> cubic(x);
            case LANCZOS -> distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
        };
    }

    private static double cubic(double x) {
        double a = -0.5;
        if (x < 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }

    /** By {@link StrictMath}: the same on every platform. */
    private static double sinc(double x) {
        if (x == 0) {
            return 1;
        }
        double angle = x * Math.PI;
        return StrictMath.sin(angle) / angle;
    }
}
