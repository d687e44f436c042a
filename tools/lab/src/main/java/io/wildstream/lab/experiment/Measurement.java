// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

/**
 * What one student came to.
 *
 * @param setting of its trial
 * @param arm its row
 * @param seed of stream and student
 * @param samples that it learned, each at least once
 * @param steps that it made
 * @param accuracy on the test part, in [0, 1]
 * @param agreement with the teacher on the samples of its first epoch's end, before it learned them, in [0, 1]
 * @param teacherAccuracy on the test part, in [0, 1]; NaN when unknown
 * @param weightsSha256 of its weights
 */
public record Measurement(
        String setting,
        String arm,
        long seed,
        long samples,
        long steps,
        double accuracy,
        double agreement,
        double teacherAccuracy,
        String weightsSha256) {}
