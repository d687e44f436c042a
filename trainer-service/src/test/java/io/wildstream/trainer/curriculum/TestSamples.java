// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.engine.pixels.SampleDecoder;
import java.time.Instant;

/** Samples of which only a part is looked at. */
public final class TestSamples {

    private TestSamples() {}

    /** A sample that was stored then. */
    public static TrainingSample stored(Instant time) {
        return new TrainingSample(
                0,
                new Pixels.Floats(new float[1]),
                new TeacherPrediction(new float[2], new float[0], 0, 0, "digest"),
                -1,
                new Selection("", 1, 0, 1, time.toEpochMilli()));
    }

    /** The sample of a record. */
    public static TrainingSample recorded(long offset, int crc32) {
        return new TrainingSample(
                offset,
                new Pixels.Floats(new float[1]),
                new TeacherPrediction(new float[2], new float[0], 0, 0, "digest"),
                -1,
                new Selection("", 1, 0, 1, 0),
                SampleDecoder.VERSION,
                crc32,
                null);
    }

    /** A sample of float pixels with a pseudo-label and a label of its own, -1 for none. */
    public static TrainingSample labelled(float[] pixels, float[] logits, int pseudoLabel, int givenLabel) {
        return new TrainingSample(
                0,
                new Pixels.Floats(pixels),
                new TeacherPrediction(logits, new float[0], 0, pseudoLabel, "digest"),
                givenLabel,
                new Selection("", 1, 0, 1, 0));
    }

    /** A sample that a policy of this generation selected. */
    public static TrainingSample selected(long generation, double noiseValue, double threshold, String digest) {
        return new TrainingSample(
                0,
                new Pixels.Floats(new float[1]),
                new TeacherPrediction(new float[2], new float[0], 0, 0, digest),
                -1,
                new Selection("", generation, noiseValue, threshold, 0));
    }
}
