// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.context.Context;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.GatewayMetrics.Refusal;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's stream of samples. Requests arrive on an event loop, which only checks and counts them; a lane writes them to Kafka;
 * Kafka's acknowledgements come on the producer's thread. The client may send on only while {@link Limits} hold: a message is asked for
 * when there is room for the largest one, so the bytes in flight never exceed the limit, however large the messages turn out.
 *
 * <p>The answer goes out once, when the client has sent its last sample, or when a sample could not be stored, and all that was sent to
 * Kafka is settled, so that an error can say exactly how many samples are stored.
 */
final class IngestCall implements StreamObserver<IngestRequest> {

    /** Samples of one call. */
    static final int MAX_SAMPLES = 65_536;

    /**
     * What one call may have in flight.
     *
     * @param records samples that Kafka has not acknowledged
     * @param bytes their size and that of the messages that were asked for
     * @param largestMessage size to reckon with before a message has arrived, bytes
     * @param patience time that it may wait for room in the backlog
     */
    record Limits(int records, long bytes, int largestMessage, Duration patience) {}

    /** What calls share. */
    record Shared(
            SampleWriter writer,
            UniqueWriter uniqueWriter,
            SampleCheck check,
            Budget budget,
            Backlog backlog,
            Limits limits,
            GatewayMetrics metrics,
            Executor pool,
            java.util.Set<IngestCall> open) {}

    private static final Logger LOGGER = LoggerFactory.getLogger(IngestCall.class);

    private final ServerCallStreamObserver<IngestResponse> client;
    private final Shared shared;
    private final Lane lane;
    /** What the call's samples belong to. */
    private final Context trace = Context.current();

    private final Runnable askAgain = this::askForMore;
    private final Backlog.Waiter backlogWaiter = new ForRoom();

    /** By the order of requests. Guarded by "this", as all below are. */
    private final IngestResults results = new IngestResults();
    /** Messages that were asked for and have not arrived. */
    private int asked;

    private int inFlight;
    private long inFlightBytes;
    private boolean deduplicate;
    private boolean closing;
    private boolean answered;
    private @Nullable Status failure;
    /** Since when nothing can be asked for, as the backlog is full; null when something can. */
    private @Nullable Long waitingSince;

    private boolean overloaded;

    IngestCall(ServerCallStreamObserver<IngestResponse> client, Shared shared) {
        this.client = client;
        this.shared = shared;
        this.lane = new Lane(shared.pool());
    }

    /** Takes the first messages. Call it before the call's handler returns. */
    void start() {
        client.disableAutoRequest();
        client.setOnCancelHandler(() -> end(Status.CANCELLED.withDescription("the client cancelled")));
        shared.open().add(this);
        askForMore();
    }

    @Override
    public void onNext(IngestRequest request) {
        Sample sample = request.getSample();
        int before = arrived(request);
        if (before < 0) {
            return;
        }
        if (before == MAX_SAMPLES) {
            end(Status.OUT_OF_RANGE.withDescription("a call takes at most " + MAX_SAMPLES + " samples"));
            return;
        }
        SampleCheck.Problem problem = request.hasSample()
                ? shared.check().problem(sample)
                : new SampleCheck.Problem(Refusal.NO_SAMPLE, "sample", "is missing");
        if (problem == null && deduplicates() && sample.getId().isEmpty()) {
            problem = SampleCheck.NO_ID;
        }
        if (problem == null) {
            take(sample);
        } else {
            refuse(sample.getId(), problem);
        }
        askForMore();
    }

    @Override
    public void onError(Throwable error) {
        end(Status.CANCELLED.withDescription("the client's stream broke: " + error.getMessage()));
    }

    @Override
    public void onCompleted() {
        synchronized (this) {
            closing = true;
        }
        answerWhenSettled();
    }

    /** Takes no more samples and answers with the error once all that was sent to Kafka is settled. */
    void end(Status status) {
        synchronized (this) {
            if (failure == null) {
                failure = status;
            }
            closing = true;
        }
        shared.budget().forget(askAgain);
        shared.backlog().forget(backlogWaiter);
        answerWhenSettled();
    }

    /** Counts a message; returns how many samples came before it, or -1 when no more are taken. */
    private synchronized int arrived(IngestRequest request) {
        asked--;
        deduplicate |= results.size() == 0 && request.getDeduplicate();
        return closing ? -1 : results.size();
    }

    private synchronized boolean deduplicates() {
        return deduplicate;
    }

    private void take(Sample received) {
        Sample sample = received.getId().isEmpty()
                ? received.toBuilder().setId(UUID.randomUUID().toString()).build()
                : received;
        int size = sample.getSerializedSize();
        int index;
        synchronized (this) {
            index = results.begin(sample.getId());
            inFlight++;
            inFlightBytes += size;
        }
        shared.budget().take(size);
        shared.metrics().sending(size);
        lane.execute(trace.wrap(() -> send(index, sample, size)));
    }

    private void refuse(String id, SampleCheck.Problem problem) {
        shared.metrics().refused(problem.reason());
        synchronized (this) {
            results.refuse(ApiErrors.shown(id), problem.text());
        }
    }

    private void send(int index, Sample sample, int size) {
        if (isAbandoned()) {
            settle(size, false);
            return;
        }
        if (deduplicates()) {
            shared.uniqueWriter().write(sample, sample.toByteArray(), new ForUnique(index, size));
            return;
        }
        try {
            shared.writer().write(sample, sample.toByteArray(), (metadata, error) -> {
                if (error == null) {
                    stored(index, size, position(metadata));
                } else {
                    failed(index, size, error);
                }
            });
        } catch (RuntimeException e) {
            failed(index, size, e);
        }
    }

    private void stored(int index, int size, SamplePosition position) {
        synchronized (this) {
            results.store(index, position);
        }
        shared.backlog().stored();
        settle(size, true);
    }

    private void repeated(int index, int size, SamplePosition first) {
        shared.metrics().duplicate();
        synchronized (this) {
            results.repeat(index, first);
        }
        settle(size, false);
    }

    private void failed(int index, int size, Exception error) {
        synchronized (this) {
            if (error instanceof RecordTooLargeException) {
                shared.metrics().refused(Refusal.TOO_LARGE);
                results.refuse(index, "sample.payload: too large for Kafka: " + error.getMessage());
            } else {
                shared.metrics().failed();
                closing = true;
                if (failure == null) {
                    failure = Status.UNAVAILABLE.withDescription("Kafka did not store a sample: " + error);
                }
            }
        }
        settle(size, false);
    }

    private void settle(int size, boolean stored) {
        // First, before another thread can ask for more: the gauges never show more than there is.
        shared.metrics().settled(size, stored);
        synchronized (this) {
            inFlight--;
            inFlightBytes -= size;
        }
        shared.budget().release(size);
        askForMore();
        answerWhenSettled();
    }

    private void askForMore() {
        int more;
        synchronized (this) {
            if (closing) {
                return;
            }
            if (!shared.backlog().open(backlogWaiter)) {
                waitingSince = waitingSince == null ? Long.valueOf(System.nanoTime()) : waitingSince;
                return;
            }
            waitingSince = null;
            if (!shared.budget().open(askAgain)) {
                return;
            }
            Limits limits = shared.limits();
            long byBytes = (limits.bytes() - inFlightBytes) / limits.largestMessage();
            more = (int) Math.min(byBytes, limits.records() - inFlight) - asked;
            if (more <= 0) {
                return;
            }
            asked += more;
        }
        client.request(more);
    }

    private void answerWhenSettled() {
        synchronized (this) {
            if (!closing || inFlight > 0 || answered) {
                return;
            }
            answered = true;
        }
        shared.open().remove(this);
        shared.backlog().forget(backlogWaiter);
        lane.execute(this::answer);
    }

    private void answer() {
        if (client.isCancelled()) {
            return;
        }
        try {
            Status error = failure();
            if (overloaded()) {
                shared.metrics().overloaded();
                client.onError(Overload.of(shared.backlog(), counts()));
            } else if (error == null) {
                client.onNext(response());
                client.onCompleted();
            } else {
                client.onError(error.withDescription(
                                error.getDescription() + "; " + storedSoFar() + " samples of this call are stored")
                        .asRuntimeException());
            }
        } catch (IllegalStateException e) {
            // The server itself ends a call whose message is too large to be read; it has its answer then.
            LOGGER.debug("the call had ended cause={}", e.toString());
        }
    }

    /** Whether samples that wait for Kafka need not be sent: nobody will learn of them, or Kafka does not take them. */
    private synchronized boolean isAbandoned() {
        return failure != null
                && (failure.getCode() == Status.Code.CANCELLED || failure.getCode() == Status.Code.UNAVAILABLE);
    }

    /** Ends the call when it has waited for too long and nothing of what was asked for may still come. */
    private void giveUpWhenLate() {
        synchronized (this) {
            Long since = waitingSince;
            if (closing
                    || since == null
                    || asked > 0
                    || System.nanoTime() - since < shared.limits().patience().toNanos()) {
                return;
            }
            closing = true;
            overloaded = true;
        }
        shared.budget().forget(askAgain);
        answerWhenSettled();
    }

    /** Hears what became of a sample that is stored once only. */
    private final class ForUnique implements UniqueWriter.Outcome {
        private final int index;
        private final int size;

        ForUnique(int index, int size) {
            this.index = index;
            this.size = size;
        }

        @Override
        public void stored(SamplePosition position) {
            IngestCall.this.stored(index, size, position);
        }

        @Override
        public void duplicate(SamplePosition first) {
            repeated(index, size, first);
        }

        @Override
        public void failed(Exception cause) {
            IngestCall.this.failed(index, size, cause);
        }
    }

    /** Waits for room in the backlog. */
    private final class ForRoom implements Backlog.Waiter {
        @Override
        public void room() {
            askForMore();
        }

        @Override
        public void stillNone() {
            giveUpWhenLate();
        }
    }

    private synchronized boolean overloaded() {
        return overloaded && failure == null;
    }

    private synchronized @Nullable Status failure() {
        return failure;
    }

    private synchronized int storedSoFar() {
        return results.accepted();
    }

    private synchronized IngestResponse response() {
        return results.response();
    }

    private synchronized IngestResponse counts() {
        return results.counts();
    }

    private static SamplePosition position(RecordMetadata metadata) {
        return SamplePosition.newBuilder()
                .setPartition(metadata.partition())
                .setOffset(metadata.offset())
                .build();
    }
}
