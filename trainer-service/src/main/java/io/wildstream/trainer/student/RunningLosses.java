// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.trainer.method.StepResult;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Exponential moving means of a student's losses by name. A part that a step of the stream no longer has is forgotten. */
final class RunningLosses {

    private static final double NEWEST_SHARE = 0.1;

    private final Map<String, Double> means = new TreeMap<>();

    /** Adds what a step showed. */
    void add(StepResult result) {
        Map<String, Double> newest = result.losses();
        if (newest.containsKey(StepResult.TOTAL)) {
            means.keySet().removeIf(name -> !newest.containsKey(name) && !name.equals(StepResult.REHEARSAL));
        }
        newest.forEach(
                (name, value) -> means.merge(name, value, (before, now) -> before + NEWEST_SHARE * (now - before)));
    }

    /** A spec has other terms. */
    void clear() {
        means.clear();
    }

    /** The means, in order. */
    Map<String, Double> values() {
        return Collections.unmodifiableMap(means);
    }
}
