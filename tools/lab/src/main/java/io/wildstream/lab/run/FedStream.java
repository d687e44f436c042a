// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.StatusWatch;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * A stream that is being fed, with or without an end, and the status of the pipeline meanwhile. When the samples are used up, the stream is
 * declared to have ended. Closing it stops the feeding.
 */
public final class FedStream implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(250);

    private final StatusWatch watch;
    private final Feeding feeding;
    private final long total;
    private final long begun = System.nanoTime();

    /** Looks at the stream now and then; an exception of it ends the following. */
    @FunctionalInterface
    public interface Step {
        /** Does what is due, and says whether this was the last time. */
        boolean look(StreamView view) throws InterruptedException;
    }

    /**
     * Begins to feed.
     *
     * @param samplesPerSecond pace of the feeder; infinite for as fast as it goes
     * @param total number of the samples; 0 when it is not known
     */
    public FedStream(GatewayClient gateway, Iterator<Sample> samples, double samplesPerSecond, long total) {
        this.total = total;
        this.watch = new StatusWatch(gateway);
        this.feeding = new Feeding(gateway, samples, samplesPerSecond, true);
    }

    /** Looks every quarter of a second until the step says that it was the last time. */
    public StreamView follow(Step step) throws InterruptedException {
        return follow(POLL, step);
    }

    /**
     * Looks again and again until the step says that it was the last time.
     *
     * @return what it saw then
     * @throws io.wildstream.client.ClientException when the gateway does not take the samples
     */
    public StreamView follow(Duration poll, Step step) throws InterruptedException {
        while (true) {
            StreamView view = view();
            if (step.look(view)) {
                return view;
            }
            TimeUnit.MILLISECONDS.sleep(poll.toMillis());
        }
    }

    private StreamView view() {
        boolean fed = feeding.isDone(); // before the status, which then holds the end of the stream
        return new StreamView(status(), fed, Duration.ofNanos(System.nanoTime() - begun), total);
    }

    /** The newest status; the default one before the first. */
    public PipelineStatus status() {
        return watch.newest().orElse(PipelineStatus.getDefaultInstance());
    }

    /** Samples that the gateway has stored; when a call was not answered, some of its samples may be stored twice. */
    public long stored() {
        return feeding.feeder().accepted();
    }

    /** Whether each call was answered, so that {@link #stored} is exact. */
    public boolean answered() {
        return feeding.feeder().sentAgain() == 0;
    }

    @Override
    public void close() {
        feeding.close();
        watch.close();
    }
}
