// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.LossTerm.TermCase;
import io.wildstream.contracts.v1.TrainingSpec;
import java.util.Set;

/**
 * When a student is copied into its previous generation, and when it then begins with fresh weights: a pure function of the spec.
 *
 * <pre>
 * tf_kd_self   one copy at copy_at_step, half of max_steps when 0; then fresh weights unless keep_weights
 * ban          a copy every generation_steps, a third of max_steps when 0; then fresh weights each time
 * ps_kd        a copy every refresh_steps; the student keeps its weights
 * </pre>
 */
record Generations(long first, long every, boolean restarts, long maxSteps) {

    private static final Set<TermCase> SELF = Set.of(TermCase.TF_KD_SELF, TermCase.PS_KD, TermCase.BAN);
    private static final long DEFAULT_GENERATION = 2000;
    private static final long DEFAULT_REFRESH = 200;

    /** The method that needs a previous generation; TERM_NOT_SET when none does. */
    static TermCase method(TrainingSpec spec) {
        return spec.getTermsList().stream()
                .map(LossTerm::getTermCase)
                .filter(SELF::contains)
                .findFirst()
                .orElse(TermCase.TERM_NOT_SET);
    }

    /** Those of the term that needs a previous generation; one without copies when none does. */
    static Generations of(TrainingSpec spec) {
        long maxSteps = spec.getMaxSteps();
        for (LossTerm term : spec.getTermsList()) {
            switch (term.getTermCase()) {
                case TF_KD_SELF -> {
                    long wanted = term.getTfKdSelf().getCopyAtStep();
                    long first = Math.max(1, wanted == 0 ? maxSteps / 2 : wanted);
                    return new Generations(
                            first, Long.MAX_VALUE, !term.getTfKdSelf().getKeepWeights(), maxSteps);
                }
                case BAN -> {
                    long wanted = term.getBan().getGenerationSteps();
                    long third = maxSteps == 0 ? DEFAULT_GENERATION : (maxSteps + 2) / 3;
                    long every = wanted == 0 ? third : wanted;
                    return new Generations(every, every, true, maxSteps);
                }
                case PS_KD -> {
                    long wanted = term.getPsKd().getRefreshSteps();
                    long every = wanted == 0 ? DEFAULT_REFRESH : wanted;
                    return new Generations(every, every, false, maxSteps);
                }
                default -> {}
            }
        }
        return new Generations(Long.MAX_VALUE, Long.MAX_VALUE, false, maxSteps);
    }

    /** Copies that are due before step {@code step}, counted from 0, is learned; none after the last scheduled step. */
    long copies(long step) {
        long last = maxSteps == 0 ? step : Math.min(step, maxSteps - 1);
        if (last < first) {
            return 0;
        }
        return every == Long.MAX_VALUE ? 1 : last / every;
    }

    /** The step that the schedule of the learning rate begins with at {@code step}. */
    long start(long step) {
        long copies = restarts ? copies(step) : 0;
        return copies == 0 ? 0 : every == Long.MAX_VALUE ? first : copies * every;
    }

    /** The step before which that schedule ends. */
    long end(long step) {
        if (!restarts || first == Long.MAX_VALUE) {
            return maxSteps;
        }
        long copies = copies(step);
        long next = copies == 0 ? first : every == Long.MAX_VALUE ? maxSteps : (copies + 1) * every;
        return Math.min(next, maxSteps);
    }
}
