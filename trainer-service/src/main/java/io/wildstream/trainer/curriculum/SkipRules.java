// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.contracts.Rollbacks;
import io.wildstream.contracts.v1.SkipRule;
import java.util.List;

/**
 * Which selected samples and end markers a student leaves out since its rollbacks. What it answers depends on the log and the rules only.
 * Thread safe.
 */
public final class SkipRules {

    /** Leaves out nothing. */
    public static final SkipRules NONE = new SkipRules(List.of());

    private final List<SkipRule> rules;

    /** All rules of a student's lineage, oldest first. */
    public SkipRules(List<SkipRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** The rules, oldest first. */
    public List<SkipRule> rules() {
        return rules;
    }

    /** Whether the selected sample at an offset is not learned. */
    boolean skips(long offset, String source) {
        return rules.stream().anyMatch(rule -> Rollbacks.skips(rule, offset, source));
    }

    /** Whether the end marker at an offset does not count. */
    public boolean skipsEnd(long offset) {
        return rules.stream().anyMatch(rule -> rule.getFromOffset() <= offset && offset < rule.getEndsBefore());
    }

    /** The offset below which end markers that were read do not count for a student at this place; 0 for none. */
    public long endsBefore(long step, long nextOffset) {
        return rules.stream()
                .filter(rule -> rule.getFromStep() <= step && rule.getFromOffset() <= nextOffset)
                .mapToLong(SkipRule::getEndsBefore)
                .max()
                .orElse(0);
    }

    /** Whether a rule begins to hold at this step: what it leaves out is no longer rehearsed then. */
    public boolean beginAt(long step) {
        return rules.stream().anyMatch(rule -> rule.getFromStep() == step);
    }

    /** Whether a sample of a source that was learned may be rehearsed at a step. */
    public boolean mayRehearse(String source, long step) {
        return rules.stream()
                .noneMatch(rule ->
                        rule.getFromStep() <= step && rule.getSourcesList().contains(source));
    }
}
