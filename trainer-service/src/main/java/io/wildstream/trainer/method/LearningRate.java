// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import io.wildstream.contracts.v1.ScheduleKind;
import io.wildstream.contracts.v1.ScheduleSpec;
import io.wildstream.contracts.v1.TrainingSpec;

/**
 * The learning rate of each step, a pure function of the spec, whose defaults must be filled in.
 *
 * <pre>
 * W warm-up steps, N = max_steps, s the step from 0, r the spec's rate
 * warm-up    s &lt; W       r (s + 1) / W
 * constant               r
 * cosine     s &lt; N       r (1 + cos(pi (s - W) / (N - W))) / 2
 * step       s &lt; N       r factor^(number of milestones m with s &gt;= m N)
 * s &gt;= N                 the schedule's value at N, at least r / 1000
 * </pre>
 *
 * <p>Where a method gives the student fresh weights, the schedule starts again: s and N then count within the generation.
 *
 * <p>The floor is for samples that arrive after the last scheduled step: they are learned, each once, without undoing what was learned.
 */
public final class LearningRate {

    /** The least share of the rate after the last scheduled step. */
    static final double FLOOR = 0.001;

    private LearningRate() {}

    /** The rate of step {@code step}, counted from 0. */
    public static double at(TrainingSpec spec, long step) {
        Generations generations = Generations.of(spec);
        long start = generations.start(step);
        return at(spec, step - start, generations.end(step) - start);
    }

    private static double at(TrainingSpec spec, long step, long maxSteps) {
        double rate = spec.getSgd().getLearningRate();
        ScheduleSpec schedule = spec.getSchedule();
        if (step < schedule.getWarmupSteps()) {
            return rate * (step + 1) / schedule.getWarmupSteps();
        }
        if (schedule.getKind() == ScheduleKind.SCHEDULE_KIND_CONSTANT || maxSteps <= 0) {
            return rate;
        }
        double share = share(schedule, maxSteps, Math.min(step, maxSteps));
        return rate * (step >= maxSteps ? Math.max(share, FLOOR) : share);
    }

    private static double share(ScheduleSpec schedule, long maxSteps, long step) {
        if (schedule.getKind() == ScheduleKind.SCHEDULE_KIND_STEP) {
            long passed = schedule.getMilestonesList().stream()
                    .filter(milestone -> step >= milestone * maxSteps)
                    .count();
            return StrictMath.pow(schedule.getFactor(), (double) passed);
        }
        double done = (double) (step - schedule.getWarmupSteps()) / (maxSteps - schedule.getWarmupSteps());
        return (1 + StrictMath.cos(Math.PI * done)) / 2;
    }
}
