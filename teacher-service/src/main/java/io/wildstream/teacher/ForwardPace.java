// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.wildstream.contracts.v1.TeacherReference;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many samples a forward pass may take so that it ends in time: a process that shows no progress for long is taken for dead, and a
 * large model on a busy machine may need seconds for each sample. Used by one thread.
 */
final class ForwardPace {

    /** Samples of the first passes of a teacher, whose pace nobody knows yet. */
    static final int FIRST = 8;

    /** What counts of a pass that is quicker than those before it: a machine that is busy at times is trusted slowly. */
    private static final double TRUST = 0.25;

    private final double goal;
    private @Nullable TeacherReference teacher;
    private double nanosOfSample;

    /** @param goal how long a forward pass may take, about */
    ForwardPace(Duration goal) {
        this.goal = goal.toNanos();
    }

    /** Most samples of the next pass, at least 1. */
    int most(TeacherReference next) {
        if (!next.equals(teacher)) {
            teacher = next;
            nanosOfSample = 0;
        }
        return nanosOfSample == 0 ? FIRST : (int) Math.max(1, Math.min(Integer.MAX_VALUE, goal / nanosOfSample));
    }

    /** Takes note of a pass. */
    void took(int samples, long nanos) {
        double now = Math.max(1, (double) nanos / samples);
        nanosOfSample = Math.max(now, nanosOfSample + TRUST * (now - nanosOfSample));
    }
}
