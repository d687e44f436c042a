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
import java.util.function.LongSupplier;

/**
 * Samples that wait for the teachers, and whether more may come. What waits is what Kafka told last plus what this gateway has stored since
 * that look, so that the bound is kept between two looks too; what several gateways store between two looks adds up.
 */
@Singleton
public class Backlog {

    /** Who waits for room. Called without a lock held. */
    interface Waiter {

        /** There is room. */
        void room();

        /** There was another look, and there is still none. */
        void stillNone();
    }

    private final long limit;
    private final LongSupplier nanoTime;
    /** Guarded by "this", as all below are. */
    private final Set<Waiter> waiting = new LinkedHashSet<>();

    private long lag;
    private long stored;
    private long storedBeforeLook;
    private boolean full;
    private long fullSince;
    private long fullNanos;

    @Inject
    Backlog(GatewayConfig config, GatewayMetrics metrics) {
        this(config.gateway().maxBacklog(), System::nanoTime);
        metrics.backlog(this, Backlog::records, Backlog::fullSeconds);
    }

    /**
     * A backlog.
     *
     * @param limit records from which on it is full; 0 for never
     * @param nanoTime the clock of {@link #fullSeconds}
     */
    Backlog(long limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
    }

    /** Records that it may hold; 0 for any number. */
    long limit() {
        return limit;
    }

    /** Whether there is room; when there is none, the waiter hears when there is. */
    synchronized boolean open(Waiter waiter) {
        if (!full) {
            return true;
        }
        waiting.add(waiter);
        return false;
    }

    /** Whether there is no room now. */
    synchronized boolean isFull() {
        return full;
    }

    synchronized void forget(Waiter waiter) {
        waiting.remove(waiter);
    }

    /** A sample was stored. */
    synchronized void stored() {
        stored++;
        update();
    }

    /** Samples stored so far: to be asked for before a look, and told with what it saw. */
    public synchronized long mark() {
        return stored;
    }

    /**
     * What a look at Kafka saw.
     *
     * @param records of {@code samples} that the teachers have not read
     * @param mark {@link #mark} before the look
     */
    public void seen(long records, long mark) {
        synchronized (this) {
            lag = records;
            storedBeforeLook = mark;
            update();
        }
    }

    /** Tells those who wait how it stands. To be called after each look, also after one that failed. */
    public void tell() {
        boolean room;
        List<Waiter> told;
        synchronized (this) {
            room = !full;
            told = new ArrayList<>(waiting);
            if (room) {
                waiting.clear();
            }
        }
        told.forEach(room ? Waiter::room : Waiter::stillNone);
    }

    /** Records that wait now, as far as this gateway can know. */
    synchronized long records() {
        return lag + stored - storedBeforeLook;
    }

    /** Seconds for which it has been full since the start. */
    synchronized double fullSeconds() {
        return (fullNanos + (full ? nanoTime.getAsLong() - fullSince : 0)) / 1e9;
    }

    private void update() {
        boolean now = limit > 0 && records() >= limit;
        if (now && !full) {
            fullSince = nanoTime.getAsLong();
        }
        if (!now && full) {
            fullNanos += nanoTime.getAsLong() - fullSince;
        }
        full = now;
    }
}
