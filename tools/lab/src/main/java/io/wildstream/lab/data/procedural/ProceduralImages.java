// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.procedural;

import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import io.wildstream.lab.data.Pixels;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Image sets made by arithmetic alone, 1x28x28: ten classes of objects to distil, and two sets that a teacher of them
 * meets in the wild, nearly related and unrelated. Nothing is read or stored; image {@code i} of a seed is always the same,
 * on every machine, and costs some ten microseconds whenever it is asked for.
 *
 * <p>Objects vary in place, size, turn, slant, thickness, texture, brightness, background, noise and by what covers them.
 */
public final class ProceduralImages implements Images {
    private static final int SIDE = 28;
    private static final ImageShape SHAPE = new ImageShape(1, SIDE, SIDE);
    private static final List<Figure.Kind> KINDS = List.of(Figure.Kind.values());
    private static final long PART_STRIDE = 0x632BE59BD9B4E019L;

    private enum Family {
        OBJECTS(0),
        LOOKALIKES(1),
        TEXTURES(2);

        private final int salt;

        Family(int salt) {
            this.salt = salt;
        }
    }

    private final Family family;
    private final long seed;
    private final int size;

    private ProceduralImages(Family family, long seed, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("An image set has at least 1 image, not " + size);
        }
        this.family = family;
        this.seed = seed;
        this.size = size;
    }

    /** The original data: {@code objects}, ten classes in turn, with a train and a test part. */
    public static DataSet objects(long seed, int train, int test) {
        Map<Part, Images> parts = new EnumMap<>(Part.class);
        parts.put(Part.TRAIN, new ProceduralImages(Family.OBJECTS, seed, train));
        parts.put(Part.TEST, new ProceduralImages(Family.OBJECTS, seed + PART_STRIDE, test));
        List<String> classes = KINDS.stream().map(Figure.Kind::label).toList();
        return new DataSet("objects", SHAPE, classes, parts);
    }

    /** Near the objects: {@code lookalikes}, other figures of the same parts and many open strokes, without labels. */
    public static DataSet lookalikes(long seed, int images) {
        return wild("lookalikes", Family.LOOKALIKES, seed, images);
    }

    /** Far from the objects: {@code textures}, full-frame patterns, clouds, noise, gradients and written strokes, without labels. */
    public static DataSet textures(long seed, int images) {
        return wild("textures", Family.TEXTURES, seed, images);
    }

    private static DataSet wild(String name, Family family, long seed, int images) {
        return new DataSet(name, SHAPE, List.of(), Map.of(Part.TRAIN, new ProceduralImages(family, seed, images)));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int label(int index) {
        Objects.checkIndex(index, size);
        if (family != Family.OBJECTS) {
            return NO_LABEL;
        }
        return index % KINDS.size();
    }

    @Override
    public String contentType(int index) {
        return Pixels.contentType(SHAPE);
    }

    @Override
    public byte[] payload(int index) {
        Objects.checkIndex(index, size);
        SplittableRandom random = new SplittableRandom(seed * 31 + family.salt + (long) index * 0x9E3779B97F4A7C15L);
        Scene scene = new Scene(SIDE, random);
        switch (family) {
            case OBJECTS -> scene.show(Figure.object(KINDS.get(label(index)), random));
            case LOOKALIKES -> scene.show(Figure.lookalike(random));
            case TEXTURES -> scene.fill();
        }
        return scene.bytes();
    }

    @Override
    public ImageShape shape(int index) {
        return SHAPE;
    }

    @Override
    public Pixels pixels(int index) {
        return new Pixels(SHAPE, payload(index));
    }
}
