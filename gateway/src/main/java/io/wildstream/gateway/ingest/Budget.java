// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.GatewayMetrics;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Bytes that this gateway holds of all that clients send, by whatever way it comes in. What comes in takes room before it is read, with
 * {@link #tryTake}; a sample that was read takes it again with {@link #take}, which never fails, before the message that brought it gives
 * its room back. An eighth is left for what is not a sample, so that a flood of samples keeps nobody from commanding.
 */
@Singleton
public class Budget {

    private static final int SHARE_OF_OTHERS = 8;

    private final long limit;
    /** Guarded by "this". */
    private long taken;
    /** Guarded by "this". */
    private final Set<Runnable> waiting = new LinkedHashSet<>();

    @Inject
    Budget(GatewayConfig config, GatewayMetrics metrics) {
        this(config.gateway().totalInFlightBytes().asLongValue());
        metrics.held(this, Budget::taken);
    }

    /** A budget of so many bytes. */
    public Budget(long limit) {
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

    /**
     * Takes room for what is about to be read.
     *
     * @param sample whether it is a sample, for which not all of the room may be taken
     * @return whether there was room for all of it; nothing is taken otherwise
     */
    public synchronized boolean tryTake(long bytes, boolean sample) {
        long most = sample ? limit - limit / SHARE_OF_OTHERS : limit;
        if (taken + bytes > most) {
            return false;
        }
        taken += bytes;
        return true;
    }

    /** As {@link #tryTake(long, boolean)} for samples; when there is no room, {@code whenRoom} runs as soon as some is given back. */
    public synchronized boolean tryTake(long bytes, Runnable whenRoom) {
        if (tryTake(bytes, true)) {
            return true;
        }
        waiting.add(whenRoom);
        return false;
    }

    /** Takes room for what is in memory already. */
    synchronized void take(int bytes) {
        taken += bytes;
    }

    /** Gives room back. */
    public void release(long bytes) {
        for (Runnable whenOpen : releaseAndPick(bytes)) {
            whenOpen.run();
        }
    }

    /** Forgets somebody who waits for room. */
    public synchronized void forget(Runnable whenOpen) {
        waiting.remove(whenOpen);
    }

    /** Bytes that are taken now. */
    public synchronized long taken() {
        return taken;
    }

    private synchronized List<Runnable> releaseAndPick(long bytes) {
        taken -= bytes;
        if (taken >= limit || waiting.isEmpty()) {
            return List.of();
        }
        List<Runnable> picked = new ArrayList<>(waiting);
        waiting.clear();
        return picked;
    }
}
