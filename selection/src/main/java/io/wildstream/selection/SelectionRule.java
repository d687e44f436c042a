// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

/**
 * One curriculum's way to choose, applied to the records of one input partition in their order. A rule is used by one thread at a time
 * and never refuses a sample: bad input is sorted out before.
 */
public interface SelectionRule {

    /** Decides on the next sample of the partition and remembers what it needs for those after it. */
    SelectionDecision decide(ScoredSample sample);

    /** How the rule stands now, for reports. Callable from any thread; may lag a few records behind. */
    RuleReport report();
}
