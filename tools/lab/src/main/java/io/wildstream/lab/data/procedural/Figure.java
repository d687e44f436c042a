// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.procedural;

import java.util.SplittableRandom;

/**
 * What a procedural image shows.
 *
 * @param outline where it is
 * @param texture how bright it is there
 */
record Figure(Outline outline, Texture texture) {
    /** The classes of {@link ProceduralImages#objects}; each constant draws itself from random numbers. */
    enum Kind {
        STRIPED_DISK("striped disk"),
        CHECKED_DISK("checked disk"),
        RING("ring"),
        STRIPED_BOX("striped box"),
        CHECKED_BOX("checked box"),
        FRAME("frame"),
        STAR("star"),
        CROSS("cross"),
        CRESCENT("crescent"),
        ZIGZAG("zigzag");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    static Figure object(Kind kind, SplittableRandom random) {
        return switch (kind) {
            case STRIPED_DISK -> new Figure(roundish(random), Texture.stripes(random, period(random)));
            case CHECKED_DISK -> new Figure(roundish(random), Texture.checks(random, 1.3 * period(random)));
            case RING -> new Figure(roundish(random).hollow(random.nextDouble(0.1, 0.24)), soft(random));
            case STRIPED_BOX -> new Figure(box(random), Texture.stripes(random, period(random)));
            case CHECKED_BOX -> new Figure(box(random), Texture.checks(random, 1.3 * period(random)));
            case FRAME -> new Figure(box(random).hollow(random.nextDouble(0.1, 0.24)), soft(random));
            case STAR -> new Figure(Outline.star(5, 1.05, random.nextDouble(0.45, 0.6)), soft(random));
            case CROSS ->
                new Figure(Outline.cross(random.nextDouble(0.8, 1), random.nextDouble(0.18, 0.34)), soft(random));
            case CRESCENT -> new Figure(crescent(random), soft(random));
            case ZIGZAG -> new Figure(zigzag(random), soft(random));
        };
    }

    /** Of other families, made of the same parts: what a teacher of the objects is often sure about, and wrong. */
    static Figure lookalike(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> new Figure(triangle(random), Texture.stripes(random, period(random)));
            case 1 -> new Figure(triangle(random), Texture.checks(random, 1.3 * period(random)));
            case 2 -> new Figure(triangle(random).hollow(random.nextDouble(0.1, 0.2)), soft(random));
            case 3 ->
                new Figure(
                        Outline.disk(0.9).and(Outline.box(1, 0.5).moved(0, 0.5)),
                        Texture.stripes(random, period(random)));
            case 4 -> new Figure(arrow(random), soft(random));
            case 5 -> new Figure(letter(random), soft(random));
            case 6 -> new Figure(Outline.star(3 + random.nextInt(2), 1.05, 0.35), soft(random));
            case 7 -> new Figure(twoDisks(random), soft(random));
            default -> new Figure(strokes(random), soft(random));
        };
    }

    private static Texture soft(SplittableRandom random) {
        return random.nextBoolean() ? Texture.plain() : Texture.shaded(random);
    }

    private static double period(SplittableRandom random) {
        return random.nextDouble(0.5, 0.8);
    }

    private static Outline roundish(SplittableRandom random) {
        return Outline.ellipse(0.9, random.nextDouble(0.7, 0.9));
    }

    private static Outline box(SplittableRandom random) {
        return Outline.box(0.8, random.nextDouble(0.55, 0.8));
    }

    private static Outline triangle(SplittableRandom random) {
        return Outline.polygon(3, random.nextDouble(0.4, 0.52)).moved(0.1, 0);
    }

    private static Outline crescent(SplittableRandom random) {
        return Outline.disk(0.9)
                .without(Outline.disk(random.nextDouble(0.65, 0.85)).moved(random.nextDouble(0.4, 0.55), 0));
    }

    private static Outline zigzag(SplittableRandom random) {
        double high = random.nextDouble(0.35, 0.7);
        double half = random.nextDouble(0.07, 0.16);
        if (random.nextBoolean()) {
            return Outline.line(half, -0.9, high, -0.3, -high, 0.3, high, 0.9, -high);
        }
        return Outline.line(half, -0.95, high, -0.48, -high, 0, high, 0.48, -high, 0.95, high);
    }

    private static Outline arrow(SplittableRandom random) {
        double half = random.nextDouble(0.1, 0.2);
        return Outline.line(half, -0.9, 0, 0.9, 0).or(Outline.line(half, 0.3, -0.5, 0.9, 0, 0.3, 0.5));
    }

    /** The strokes of an L, a T, a V, an N or an H. */
    private static Outline letter(SplittableRandom random) {
        double half = random.nextDouble(0.1, 0.18);
        return switch (random.nextInt(5)) {
            case 0 -> Outline.line(half, -0.5, -0.9, -0.5, 0.8, 0.6, 0.8);
            case 1 -> Outline.line(half, -0.8, -0.8, 0.8, -0.8).or(Outline.line(half, 0, -0.8, 0, 0.9));
            case 2 -> Outline.line(half, -0.7, -0.8, 0, 0.8, 0.7, -0.8);
            case 3 -> Outline.line(half, -0.6, 0.8, -0.6, -0.8, 0.6, 0.8, 0.6, -0.8);
            default ->
                Outline.line(half, -0.6, -0.8, -0.6, 0.8)
                        .or(Outline.line(half, 0.6, -0.8, 0.6, 0.8))
                        .or(Outline.line(half, -0.6, 0, 0.6, 0));
        };
    }

    private static Outline twoDisks(SplittableRandom random) {
        double radius = random.nextDouble(0.35, 0.45);
        return Outline.disk(radius).moved(-0.5, 0).or(Outline.disk(radius).moved(0.5, 0));
    }

    private static Outline strokes(SplittableRandom random) {
        return Outline.scribble(random, 4 + random.nextInt(3), random.nextDouble(0.07, 0.16));
    }
}
