// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

/** Times of records, which what is made of them inherits. */
public final class Timestamps {

    private Timestamps() {}

    /**
     * A time that a broker takes: brokers refuse a record that is more than an hour ahead of their clock, so that one record of a producer
     * or broker whose clock was wrong would hold up all that follow it.
     *
     * @param millis since 1970; negative when a producer has set none
     * @return the same time, or now where it lies in the future, or 0 where it is negative
     */
    public static long usable(long millis) {
        return Math.max(0, Math.min(millis, System.currentTimeMillis()));
    }
}
