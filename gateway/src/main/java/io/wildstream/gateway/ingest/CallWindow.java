// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

/**
 * What one call has in flight, and how many more messages it may request: as many as there is room for even if each is the largest, so
 * the bytes in flight never exceed the limit, however large the messages turn out. Not thread-safe: its owner guards it.
 */
final class CallWindow {

    private final IngestLimits limits;
    /** Messages that were requested and have not arrived. */
    private int requested;

    private int inFlight;
    private long inFlightBytes;

    CallWindow(IngestLimits limits) {
        this.limits = limits;
    }

    /** Requests as many messages as there is room for; returns how many, often none. */
    int request() {
        long byBytes = (limits.bytes() - inFlightBytes) / limits.largestMessage();
        int more = (int) Math.min(byBytes, limits.records() - inFlight) - requested;
        if (more <= 0) {
            return 0;
        }
        requested += more;
        return more;
    }

    /** A message that was requested has arrived. */
    void arrived() {
        requested--;
    }

    /** Whether a message that was requested may still arrive. */
    boolean isAwaiting() {
        return requested > 0;
    }

    /** A sample is in flight from here on. */
    void taken(int bytes) {
        inFlight++;
        inFlightBytes += bytes;
    }

    /** A sample is no longer in flight. */
    void settled(int bytes) {
        inFlight--;
        inFlightBytes -= bytes;
    }

    /** Whether nothing is in flight. */
    boolean isEmpty() {
        return inFlight == 0;
    }
}
