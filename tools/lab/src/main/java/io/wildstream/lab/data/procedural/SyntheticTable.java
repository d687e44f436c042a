// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.procedural;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Sample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * An endless table of numbers for trials without images: 32 features of 3 classes, normal with deviation 1 around a wave of each class, and
 * a share of rows that are of no class. A row is a pure function of the seed and its number.
 *
 * @param seed of all rows
 * @param noise share of rows of no class, in [0, 1): normal with deviation 1.5 around 0
 */
public record SyntheticTable(long seed, double noise) {

    /** Features of a row. */
    public static final int FEATURES = 32;

    /** Classes of the rows. */
    public static final int CLASSES = 3;

    /** The label of a row of no class. */
    public static final int NONE = -1;

    private static final double HEIGHT = 0.6;
    private static final double NOISE_DEVIATION = 1.5;

    /** A row as a sample. */
    public Sample sample(int number) {
        SplittableRandom random = random(number);
        int label = label(random);
        double deviation = label == NONE ? NOISE_DEVIATION : 1;
        ByteBuffer values = ByteBuffer.allocate(FEATURES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int feature = 0; feature < FEATURES; feature++) {
            values.putFloat((float) (mean(label, feature) + deviation * normal(random)));
        }
        return Sample.newBuilder()
                .setId("row-" + seed + "-" + number)
                .setSource(label == NONE ? "noise" : "table")
                .setContentType("application/x-tensor;dtype=float32;shape=" + FEATURES)
                .setPayload(ByteString.copyFrom(values.flip()))
                .build();
    }

    /** The class of a row in [0, {@link #CLASSES}), or {@link #NONE}. */
    public int label(int number) {
        return label(random(number));
    }

    private SplittableRandom random(int number) {
        return new SplittableRandom(seed * 1_000_003 + number).split();
    }

    private int label(SplittableRandom random) {
        boolean none = random.nextDouble() < noise;
        int label = random.nextInt(CLASSES);
        return none ? NONE : label;
    }

    private static double mean(int label, int feature) {
        return label == NONE ? 0 : HEIGHT * StrictMath.sin(1.7 * label + 0.9 * feature);
    }

    /** By Box and Muller; the second value is not used. */
    private static double normal(SplittableRandom random) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }
}
