// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.procedural;

import java.util.SplittableRandom;

/**
 * A figure in the plane, about as large as the unit disk, as its signed distance: negative inside, positive outside.
 *
 * <p>The distance formulas are the textbook ones: box and segment by clamping, regular polygons and stars by folding the
 * plane into one sector, union, intersection and difference by minimum, maximum and negation.
 */
interface Outline {
    /** The signed distance of a point; exact near the edge, where it is drawn from. */
    double distance(double x, double y);

    static Outline disk(double radius) {
        return (x, y) -> length(x, y) - radius;
    }

    static Outline ellipse(double width, double height) {
        double smaller = Math.min(width, height);
        return (x, y) -> (length(x / width, y / height) - 1) * smaller;
    }

    static Outline box(double halfWidth, double halfHeight) {
        return (x, y) -> {
            double right = Math.abs(x) - halfWidth;
            double down = Math.abs(y) - halfHeight;
            return length(Math.max(right, 0), Math.max(down, 0)) + Math.min(Math.max(right, down), 0);
        };
    }

    /** A regular polygon whose sides lie at the given distance from the middle. */
    static Outline polygon(int corners, double inner) {
        double sector = 2 * Math.PI / corners;
        return (x, y) -> {
            double angle = StrictMath.atan2(y, x);
            double folded = angle - sector * Math.rint(angle / sector);
            return length(x, y) * StrictMath.cos(folded) - inner;
        };
    }

    /** A star whose points reach as far as {@code outer} and whose dents come as near as {@code inner}. */
    static Outline star(int points, double outer, double inner) {
        double sector = Math.PI / points;
        double dentX = inner * StrictMath.cos(sector);
        double dentY = inner * StrictMath.sin(sector);
        double alongX = dentX - outer;
        double edge = length(alongX, dentY);
        return (x, y) -> {
            double angle = StrictMath.atan2(y, x);
            double folded = Math.abs(angle - 2 * sector * Math.rint(angle / (2 * sector)));
            double radius = length(x, y);
            double offX = radius * StrictMath.cos(folded) - outer;
            double offY = radius * StrictMath.sin(folded);
            return (offY * -alongX + offX * dentY) / edge;
        };
    }

    static Outline cross(double reach, double half) {
        return box(reach, half).or(box(half, reach));
    }

    /** A line through points, given as x0, y0, x1, y1, ..., drawn with round ends. */
    static Outline line(double half, double... points) {
        return (x, y) -> {
            double nearest = Double.MAX_VALUE;
            for (int i = 0; i + 3 < points.length; i += 2) {
                nearest = Math.min(
                        nearest,
                        squared(
                                x - points[i],
                                y - points[i + 1],
                                points[i + 2] - points[i],
                                points[i + 3] - points[i + 1]));
            }
            return Math.sqrt(nearest) - half;
        };
    }

    /** Square roots are exact everywhere, and far cheaper than StrictMath.hypot. */
    private static double length(double x, double y) {
        return Math.sqrt(x * x + y * y);
    }

    private static double squared(double x, double y, double alongX, double alongY) {
        double along = (x * alongX + y * alongY) / (alongX * alongX + alongY * alongY + 1e-9);
        double on = Math.min(Math.max(along, 0), 1);
        double offX = x - on * alongX;
        double offY = y - on * alongY;
        return offX * offX + offY * offY;
    }

    /** A smooth curve (Catmull-Rom) through as many random points as are wanted, like a written stroke. */
    static Outline scribble(SplittableRandom random, int knots, double half) {
        double[] x = new double[knots + 2];
        double[] y = new double[knots + 2];
        for (int i = 1; i <= knots; i++) {
            x[i] = random.nextDouble(-0.8, 0.8);
            y[i] = -0.9 + 1.8 * (i - 1) / (knots - 1.0) + random.nextDouble(-0.35, 0.35);
        }
        x[0] = x[1];
        y[0] = y[1];
        x[knots + 1] = x[knots];
        y[knots + 1] = y[knots];
        int pieces = 5;
        double[] points = new double[2 * ((knots - 1) * pieces + 1)];
        for (int i = 0; i < points.length / 2; i++) {
            int from = Math.min(i / pieces, knots - 2);
            double t = i / (double) pieces - from;
            points[2 * i] = smooth(x, from, t);
            points[2 * i + 1] = smooth(y, from, t);
        }
        return line(half, points);
    }

    private static double smooth(double[] values, int from, double t) {
        double before = values[from];
        double first = values[from + 1];
        double second = values[from + 2];
        double after = values[from + 3];
        return 0.5
                * (2 * first
                        + (second - before) * t
                        + (2 * before - 5 * first + 4 * second - after) * t * t
                        + (3 * first - before - 3 * second + after) * t * t * t);
    }

    default Outline or(Outline other) {
        return (x, y) -> Math.min(distance(x, y), other.distance(x, y));
    }

    default Outline and(Outline other) {
        return (x, y) -> Math.max(distance(x, y), other.distance(x, y));
    }

    default Outline without(Outline other) {
        return (x, y) -> Math.max(distance(x, y), -other.distance(x, y));
    }

    /** Only its edge, so wide on either side. */
    default Outline hollow(double half) {
        return (x, y) -> Math.abs(distance(x, y)) - half;
    }

    default Outline moved(double byX, double byY) {
        return (x, y) -> distance(x - byX, y - byY);
    }
}
