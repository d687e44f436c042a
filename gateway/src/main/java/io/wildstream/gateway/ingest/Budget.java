// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Bytes that all ingest calls together have in flight. Taking never fails, because what has arrived is already in memory; a call asks
 * {@link #open} before it reads more, and is called back when there is room again.
 */
final class Budget {

    private final long limit;
    /** Guarded by "this". */
    private long taken;
    /** Guarded by "this". */
    private final Set<Runnable> waiting = new LinkedHashSet<>();

    Budget(long limit) {
        this.limit = limit;
    }

    /** Whether there is room; when there is none, {@code whenOpen} runs once there is. */
    synchronized boolean open(Runnable whenOpen) {
        if (taken < limit) {
            return true;
        }
        waiting.add(whenOpen);
        return false;
    }

    synchronized void take(int bytes) {
        taken += bytes;
    }

    void release(int bytes) {
        for (Runnable whenOpen : releaseAndPick(bytes)) {
            whenOpen.run();
        }
    }

    synchronized void forget(Runnable whenOpen) {
        waiting.remove(whenOpen);
    }

    private synchronized List<Runnable> releaseAndPick(int bytes) {
        taken -= bytes;
        if (taken >= limit || waiting.isEmpty()) {
            return List.of();
        }
        List<Runnable> picked = new ArrayList<>(waiting);
        waiting.clear();
        return picked;
    }
}
