// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.procedural;

import java.util.SplittableRandom;

/** A small gray image with a figure or a texture on it, seen under random conditions. */
final class Scene {
    private final int side;
    private final SplittableRandom random;
    private final double[] light;

    /** An empty scene of {@code side} by {@code side} pixels whose conditions come from {@code random}. */
    Scene(int side, SplittableRandom random) {
        this.side = side;
        this.random = random;
        this.light = new double[side * side];
    }

    /** Draws a figure in a random pose over a faint background, covers a part of it at times, and adds noise. */
    void show(Figure figure) {
        Pose pose = new Pose(random, side);
        double brightness = random.nextDouble(0.55, 1);
        double contrast = random.nextDouble(0.65, 1);
        background();
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                double x = pose.x(row, column);
                double y = pose.y(row, column);
                double covered = clamp(0.5 - figure.outline().distance(x, y) * pose.pixelsPerUnit());
                if (covered > 0) {
                    double value =
                            brightness * (1 - contrast * (1 - figure.texture().brightness(x, y)));
                    blend(row, column, value, covered);
                }
            }
        }
        if (random.nextInt(3) == 0) {
            cover();
        }
        noise(random.nextDouble(0.02, 0.08));
    }

    /** Fills the frame with one of several textures, or writes a stroke without any pose. */
    void fill() {
        Texture texture = switch (random.nextInt(5)) {
            case 0 -> Texture.stripes(random, random.nextDouble(0.15, 0.8));
            case 1 -> Texture.checks(random, random.nextDouble(0.3, 1));
            case 2 -> Texture.clouds(random, random.nextDouble(0.15, 0.7));
            case 3 -> Texture.shaded(random);
            default -> written();
        };
        double brightness = random.nextDouble(0.4, 1);
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                double value = texture.brightness(2.0 * column / side - 1, 2.0 * row / side - 1);
                light[row * side + column] = brightness * value;
            }
        }
        noise(random.nextDouble(0.02, 0.25));
    }

    private Texture written() {
        Outline stroke = Outline.scribble(random, 3 + random.nextInt(4), random.nextDouble(0.06, 0.14));
        return (x, y) -> clamp(0.5 - stroke.distance(1.2 * x, 1.2 * y) * side / 2.4);
    }

    /** The scene as one byte a pixel, row by row. */
    byte[] bytes() {
        byte[] bytes = new byte[light.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) (255 * clamp(light[i]) + 0.5);
        }
        return bytes;
    }

    private void background() {
        double level = random.nextDouble(0, 0.25);
        double down = random.nextDouble(-0.15, 0.15);
        double along = random.nextDouble(-0.15, 0.15);
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                double slope = down * (row / (double) side - 0.5) + along * (column / (double) side - 0.5);
                light[row * side + column] = Math.max(0, level + slope);
            }
        }
    }

    /** A bar across the frame, off its middle. */
    private void cover() {
        double angle = random.nextDouble(2 * Math.PI);
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        double from = random.nextDouble(0.25, 0.5) * side / 2;
        double to = from + random.nextDouble(2, 6);
        double value = random.nextDouble(0, 0.6);
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                double at = (column - side / 2.0) * cos + (row - side / 2.0) * sin;
                if (at > from && at < to) {
                    blend(row, column, value, 0.9);
                }
            }
        }
    }

    /** Roughly normal noise: the sum of three uniform values has a standard deviation of a half. */
    private void noise(double deviation) {
        for (int i = 0; i < light.length; i++) {
            double sum = random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
            light[i] += 2 * deviation * sum;
        }
    }

    private void blend(int row, int column, double value, double share) {
        int at = row * side + column;
        light[at] = light[at] * (1 - share) + value * share;
    }

    private static double clamp(double value) {
        return Math.min(Math.max(value, 0), 1);
    }

    /** The position of a figure: from pixels to the figure's own plane by turning, slanting, scaling and moving. */
    private static final class Pose {
        private final double pixelsPerUnit;
        private final double cos;
        private final double sin;
        private final double slant;
        private final double middleX;
        private final double middleY;

        Pose(SplittableRandom random, int side) {
            double angle = random.nextDouble(2 * Math.PI);
            cos = StrictMath.cos(angle);
            sin = StrictMath.sin(angle);
            slant = random.nextDouble(-0.2, 0.2);
            pixelsPerUnit = side / 2.0 * random.nextDouble(0.55, 0.85);
            middleX = side / 2.0 + random.nextDouble(-3, 3);
            middleY = side / 2.0 + random.nextDouble(-3, 3);
        }

        double pixelsPerUnit() {
            return pixelsPerUnit;
        }

        double x(int row, int column) {
            double x = column + 0.5 - middleX;
            double y = row + 0.5 - middleY;
            return (x * cos + y * sin) / pixelsPerUnit + slant * y(row, column);
        }

        double y(int row, int column) {
            double x = column + 0.5 - middleX;
            double y = row + 0.5 - middleY;
            return (y * cos - x * sin) / pixelsPerUnit;
        }
    }
}
