// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import io.wildstream.contracts.v1.Sample;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A feeder at work on a thread of its own; declares the end of the stream when all is sent. */
public final class Feeding implements AutoCloseable {

    private final Feeder feeder;
    private final Thread thread;
    private volatile boolean done;
    private volatile @Nullable RuntimeException failure;

    /** Begins to feed; a sample that is sent again may be stored twice. */
    public Feeding(GatewayClient gateway, Iterator<Sample> samples, double samplesPerSecond, boolean end) {
        this(samples, new Feeder(gateway, samplesPerSecond), end);
    }

    /**
     * Begins to feed.
     *
     * @param feeder one that nobody else uses
     * @param end whether the stream ends after the last sample
     */
    public Feeding(Iterator<Sample> samples, Feeder feeder, boolean end) {
        this.feeder = feeder;
        this.thread = new Thread(() -> run(samples, end), "feed");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** What was sent. */
    public Feeder feeder() {
        return feeder;
    }

    /**
     * Whether all was sent.
     *
     * @throws ClientException when it cannot be
     */
    public boolean isDone() {
        RuntimeException broken = failure;
        if (broken != null) {
            throw broken;
        }
        return done;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run(Iterator<Sample> samples, boolean end) {
        try {
            feeder.feed(samples);
            if (end) {
                feeder.end();
            }
            done = true;
        } catch (InterruptedException e) {
            failure = new ClientException("feeding was interrupted", e);
        } catch (RuntimeException e) {
            failure = e;
        }
    }
}
