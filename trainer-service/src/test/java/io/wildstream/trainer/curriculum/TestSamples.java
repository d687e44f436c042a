// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

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
}
