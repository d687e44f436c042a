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
 * Samples that the teachers have not read, and whether more may come. Their number is what Kafka last reported plus what this gateway has
 * stored since then, so the bound holds between two readings too; what several gateways store between two readings adds up.
 */
@Singleton
public class Backlog {

    /** Somebody who waits for room. Called without a lock held. */
    interface Waiter {

        /** There is room. */
        void room();

        /** The backlog was read again, and it is still full. */
        void stillFull();
    }

    private final long limit;
    private final LongSupplier nanoTime;
    /** Guarded by "this", as all below are. */
    private final Set<Waiter> waiting = new LinkedHashSet<>();

    private long lag;
    private long stored;
    private long storedBeforeReading;
    private boolean full;
    private long fullSince;
    private long fullNanos;

    @Inject
    Backlog(GatewayConfig config, GatewayMetrics metrics) {
        this(config.gateway().maxBacklog(), System::nanoTime);
        metrics.backlog(this, Backlog::records, Backlog::fullSeconds);
    }

    /**
     * Makes an empty backlog.
     *
     * @param limit records from which on it is full; 0 for no limit
     * @param nanoTime the clock of {@link #fullSeconds}
     */
    public Backlog(long limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
    }

    /** Number of records from which on it is full; 0 for no limit. */
    long limit() {
        return limit;
    }

    /** Whether there is room; when there is none, the waiter is notified. */
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

    /** Samples stored so far: to be read before Kafka is, and passed to {@link #seen} with what Kafka reports. */
    public synchronized long mark() {
        return stored;
    }

    /**
     * Takes what Kafka reports.
     *
     * @param records of {@code samples} that the teachers have not read
     * @param mark {@link #mark} from before Kafka was read
     */
    public void seen(long records, long mark) {
        synchronized (this) {
            lag = records;
            storedBeforeReading = mark;
            update();
        }
    }

    /** Notifies everybody who waits. To be called after each reading, also after one that failed. */
    public void notifyWaiters() {
        boolean room;
        List<Waiter> notified;
        synchronized (this) {
            room = !full;
            notified = new ArrayList<>(waiting);
            if (room) {
                waiting.clear();
            }
        }
        notified.forEach(room ? Waiter::room : Waiter::stillFull);
    }

    /** Records that the teachers have not read, as far as this gateway can know. */
    synchronized long records() {
        return lag + stored - storedBeforeReading;
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
