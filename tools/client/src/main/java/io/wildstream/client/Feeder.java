// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import io.grpc.StatusRuntimeException;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends samples to the gateway, some thousand a call, no faster than the gateway takes them. What the gateway has no room for is sent when
 * it has. A call without an answer is sent again when the gateway is back: its samples are stored at least once, and those that were may
 * be stored twice, unless the feeder deduplicates.
 */
public final class Feeder {

    /** Samples of one call. */
    static final int CALL_SAMPLES = 4096;
    /** Bytes after which a call takes no more samples: they are held in memory until it is answered. */
    static final long CALL_BYTES = 32L << 20;

    private static final Logger LOGGER = LoggerFactory.getLogger(Feeder.class);
    private static final long PAUSE_MILLIS = 1000;
    /** How long the gateway may be away before the feeding fails. */
    private static final Duration GATEWAY_TIMEOUT = Duration.ofMinutes(5);

    private final GatewayClient gateway;
    private final double samplesPerSecond;
    private final boolean deduplicate;
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong sentAgain = new AtomicLong();
    private final Refusals refusals = new Refusals();

    /** Feeds one gateway; a sample that is sent again may be stored twice. */
    public Feeder(GatewayClient gateway, double samplesPerSecond) {
        this(gateway, samplesPerSecond, false);
    }

    /**
     * Feeds one gateway.
     *
     * @param samplesPerSecond the pace, above 0; infinite for as fast as it goes
     * @param deduplicate whether samples whose ids such feeders have stored are left out
     */
    public Feeder(GatewayClient gateway, double samplesPerSecond, boolean deduplicate) {
        this.gateway = gateway;
        this.samplesPerSecond = samplesPerSecond;
        this.deduplicate = deduplicate;
    }

    /** Samples stored so far. */
    public long accepted() {
        return accepted.get();
    }

    /** Samples that were left out so far, as one of their id was stored before. */
    public long duplicates() {
        return duplicates.get();
    }

    /** Samples that the gateway refused so far, or that are too large for any gateway and were not sent. */
    public long refused() {
        return refused.get();
    }

    /** Samples that were sent again because their call had no answer. */
    public long sentAgain() {
        return sentAgain.get();
    }

    /** Why samples were refused. */
    public Refusals refusals() {
        return refusals;
    }

    /**
     * Sends all samples and returns when all are stored. Only one thread may feed.
     *
     * @throws ClientException when the gateway stays unavailable or answers with an error
     */
    public void feed(Iterator<Sample> samples) throws InterruptedException {
        Pace pace = new Pace(samplesPerSecond);
        while (samples.hasNext()) {
            List<Sample> call = new ArrayList<>();
            // At a slow pace a call is a second's worth, so that samples do not wait for it to fill.
            double most = Math.min(CALL_SAMPLES, Math.max(1, samplesPerSecond));
            long bytes = 0;
            while (call.size() < most && bytes < CALL_BYTES && samples.hasNext()) {
                Sample sample = samples.next();
                if (sample.getPayload().size() > Topics.MAX_PAYLOAD_BYTES) {
                    refuse(sample);
                    continue;
                }
                call.add(sample);
                bytes += sample.getPayload().size();
            }
            if (!call.isEmpty()) {
                send(call, pace);
            }
        }
        pace.await();
    }

    private void send(List<Sample> samples, Pace pace) throws InterruptedException {
        List<Sample> call = samples;
        long begun = System.nanoTime();
        while (true) {
            try {
                take(call, new IngestCall(gateway.ingest(), deduplicate).send(call, pace));
                return;
            } catch (IngestCall.Overloaded e) {
                int taken = add(e.counts());
                LOGGER.warn("the gateway has no room taken={} left={}", taken, call.size() - taken);
                call = call.subList(taken, call.size());
                begun = taken > 0 ? System.nanoTime() : begun;
                pause(begun, e);
            } catch (IngestCall.Unanswered e) {
                pause(begun, e);
                LOGGER.warn("ingest call sent again samples={} cause={}", call.size(), e.getMessage());
                sentAgain.addAndGet(call.size());
            }
        }
    }

    /**
     * Declares the end of the stream and returns when that is stored.
     *
     * @throws ClientException when the gateway stays unavailable or answers with an error
     */
    public void end() throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            try {
                gateway.endStream();
                return;
            } catch (StatusRuntimeException e) {
                if (!GatewayClient.mayRepeat(e.getStatus())) {
                    throw GatewayClient.failure(e.getStatus(), e);
                }
                pause(begun, e);
                LOGGER.warn("end declared again cause={}", e.getMessage());
            }
        }
    }

    private void pause(long begun, Exception cause) throws InterruptedException {
        if (System.nanoTime() - begun > GATEWAY_TIMEOUT.toNanos()) {
            throw new ClientException("the gateway is still unavailable: " + cause.getMessage(), cause);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        gateway.connectNow();
    }

    /** A message of more than a gateway reads would end its call and those of its neighbours, again and again. */
    private void refuse(Sample sample) {
        refused.incrementAndGet();
        refusals.add(List.of(IngestResponse.Result.newBuilder()
                .setId(sample.getId())
                .setError("sample.payload: has " + sample.getPayload().size() + " bytes, at most "
                        + Topics.MAX_PAYLOAD_BYTES + " are sent")
                .build()));
    }

    private void take(List<Sample> call, IngestResponse response) {
        int answered = add(response);
        if (answered != call.size()) {
            throw new ClientException("the gateway answered for " + answered + " of " + call.size() + " samples");
        }
        refusals.add(response.getResultsList());
    }

    /** Adds what became of samples; returns how many they were. */
    private int add(IngestResponse counts) {
        accepted.addAndGet(counts.getAccepted());
        refused.addAndGet(counts.getRefused());
        duplicates.addAndGet(counts.getDuplicates());
        return Math.toIntExact(counts.getAccepted() + counts.getRefused() + counts.getDuplicates());
    }
}
