// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

import io.wildstream.contracts.v1.SamplePosition;

/** Counts answers to a set of records while they go by. */
final class AnswerTally {

    private final Positions asked;
    private final Positions answered = new Positions();
    private long repeated;
    private long strays;

    /** @param asked the records that are owed one answer each; may still grow before {@link #count} */
    AnswerTally(Positions asked) {
        this.asked = asked;
    }

    void add(SamplePosition position) {
        if (!asked.contains(position)) {
            strays++;
        } else if (!answered.add(position)) {
            repeated++;
        }
    }

    /** @param excused records whose answer is known to be elsewhere */
    AnswerCount count(long excused) {
        long missing = Math.max(0, asked.without(answered) - excused);
        return new AnswerCount(answered.size(), missing, repeated, strays);
    }
}
