// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.context.Context;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.ingest.sink.StoreOutcome;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's stream of samples. Requests arrive on an event loop, which only checks and counts them; a serial executor stores them;
 * Kafka's acknowledgements come on a producer's thread. The client may send more only while its {@link CallWindow}, the {@link Budget} of
 * all calls and the {@link Backlog} have room.
 *
 * <p>The response is sent once: after the client has sent its last sample, or a sample could not be stored, and everything that was sent
 * to Kafka is settled. An error can thus say exactly how many samples are stored.
 */
final class IngestCall implements StreamObserver<IngestRequest> {

    /** Most samples of one call. */
    static final int MAX_SAMPLES = 65_536;

    /** What calls share. */
    record Shared(
            SampleStore store,
            SampleCheck check,
            Budget budget,
            Backlog backlog,
            IngestLimits limits,
            GatewayMetrics metrics,
            Executor pool,
            Set<IngestCall> open) {}

    private static final Logger LOGGER = LoggerFactory.getLogger(IngestCall.class);

    private final ServerCallStreamObserver<IngestResponse> client;
    private final Shared shared;
    private final @Nullable String outputSender;
    private final SerialExecutor executor;
    /** The trace that the call's samples belong to. */
    private final Context trace = Context.current();

    private final Runnable budgetWaiter = this::requestMore;
    private final Backlog.Waiter backlogWaiter = new BacklogWaiter();

    /** In the order of requests. Guarded by "this", as is everything below. */
    private final IngestResults results = new IngestResults();

    private final CallWindow window;
    private boolean deduplicate;
    private boolean closing;
    private boolean answered;
    private @Nullable Status failure;
    /** Since when nothing can be requested because the backlog is full; null when something can. */
    private @Nullable Long waitingSince;

    private boolean overloaded;

    /** @param outputSender name of the caller when it may send outputs with its samples */
    IngestCall(ServerCallStreamObserver<IngestResponse> client, Shared shared, @Nullable String outputSender) {
        this.client = client;
        this.outputSender = outputSender;
        this.shared = shared;
        this.executor = new SerialExecutor(shared.pool());
        this.window = new CallWindow(shared.limits());
    }

    /** Requests the first messages. Call it before the call's handler returns. */
    void start() {
        client.disableAutoRequest();
        client.setOnCancelHandler(() -> end(Status.CANCELLED.withDescription("the client cancelled")));
        shared.open().add(this);
        requestMore();
    }

    @Override
    public void onNext(IngestRequest request) {
        int before = arrived(request);
        if (before < 0) {
            return;
        }
        if (before == MAX_SAMPLES) {
            end(Status.OUT_OF_RANGE.withDescription("a call may send at most " + MAX_SAMPLES + " samples"));
            return;
        }
        SampleCheck.Problem problem = request.hasSample()
                ? shared.check().problem(request.getSample(), deduplicates(), outputSender)
                : SampleCheck.NO_SAMPLE;
        if (problem == null) {
            take(SentOutput.signed(request.getSample(), outputSender));
        } else {
            refuse(request.getSample().getId(), problem);
        }
        requestMore();
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

    /** Takes no more samples and responds with the error once everything that was sent to Kafka is settled. */
    void end(Status status) {
        synchronized (this) {
            if (failure == null) {
                failure = status;
            }
            closing = true;
        }
        shared.budget().forget(budgetWaiter);
        shared.backlog().forget(backlogWaiter);
        answerWhenSettled();
    }

    /** Counts a message; returns how many samples came before it, or -1 when no more are taken. */
    private synchronized int arrived(IngestRequest request) {
        window.arrived();
        deduplicate |= results.size() == 0 && request.getDeduplicate();
        return closing ? -1 : results.size();
    }

    private synchronized boolean deduplicates() {
        return deduplicate;
    }

    private void take(Sample received) {
        InFlightSample sample = shared.store().take(received);
        int index;
        synchronized (this) {
            index = results.begin(sample.sample().getId());
            window.taken(sample.bytes());
        }
        shared.budget().take(sample.bytes());
        executor.execute(trace.wrap(() -> send(index, sample)));
    }

    private void refuse(String id, SampleCheck.Problem problem) {
        shared.store().refused(problem.reason());
        synchronized (this) {
            results.refuse(ApiErrors.shown(id), problem.text());
        }
    }

    private void send(int index, InFlightSample sample) {
        if (isAbandoned()) {
            shared.store().abandon(sample);
            release(sample.bytes());
            return;
        }
        int bytes = sample.bytes();
        shared.store().store(sample, deduplicates(), outcome -> settled(index, bytes, outcome));
    }

    private void settled(int index, int bytes, StoreOutcome outcome) {
        synchronized (this) {
            results.settle(index, outcome);
            if (outcome instanceof StoreOutcome.Failed failed) {
                closing = true;
                if (failure == null) {
                    failure = Status.UNAVAILABLE.withDescription("Kafka did not store a sample: " + failed.cause());
                }
            }
        }
        release(bytes);
    }

    private void release(int bytes) {
        synchronized (this) {
            window.settled(bytes);
        }
        shared.budget().release(bytes);
        requestMore();
        answerWhenSettled();
    }

    private void requestMore() {
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
            if (!shared.budget().open(budgetWaiter)) {
                return;
            }
            more = window.request();
        }
        if (more > 0) {
            client.request(more);
        }
    }

    private void answerWhenSettled() {
        synchronized (this) {
            if (!closing || !window.isEmpty() || answered) {
                return;
            }
            answered = true;
        }
        shared.open().remove(this);
        shared.backlog().forget(backlogWaiter);
        executor.execute(this::answer);
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
            // The server itself ends a call whose message is too large to be read, and has responded then.
            LOGGER.debug("the call had ended cause={}", e.toString());
        }
    }

    /** Whether samples that wait for Kafka need not be sent: nobody will learn of them, or Kafka does not take them. */
    private synchronized boolean isAbandoned() {
        return failure != null
                && (failure.getCode() == Status.Code.CANCELLED || failure.getCode() == Status.Code.UNAVAILABLE);
    }

    /** Ends the call when it has waited too long and no message that was requested may still arrive. */
    private void giveUpWhenLate() {
        synchronized (this) {
            Long since = waitingSince;
            if (closing
                    || since == null
                    || window.isAwaiting()
                    || System.nanoTime() - since
                            < shared.limits().backlogTimeout().toNanos()) {
                return;
            }
            closing = true;
            overloaded = true;
        }
        shared.budget().forget(budgetWaiter);
        answerWhenSettled();
    }

    /** Waits for room in the backlog. */
    private final class BacklogWaiter implements Backlog.Waiter {
        @Override
        public void room() {
            requestMore();
        }

        @Override
        public void stillFull() {
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
}
