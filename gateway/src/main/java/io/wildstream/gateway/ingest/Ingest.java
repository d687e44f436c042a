// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.EndStreamRequest;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestResponse.Result;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.ConfigChecks;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.GatewayMetrics.Refusal;
import io.wildstream.gateway.ingest.sink.EndMarkers;
import io.wildstream.gateway.ingest.sink.SampleProducer;
import io.wildstream.gateway.ingest.sink.StoreOutcome;
import io.wildstream.service.ClusterConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes samples in, by stream or one at a time, and declares the end of a stream. */
@Singleton
public class Ingest {

    private static final Logger LOGGER = LoggerFactory.getLogger(Ingest.class);
    private static final int THREADS = Math.max(4, Runtime.getRuntime().availableProcessors());
    private static final Duration LAST_RESPONSES = Duration.ofSeconds(1);

    private final Topics topics;
    private final SampleStore store;
    private final SampleProducer producer;
    private final EndMarkers endMarkers;
    private final Backlog backlog;
    private final SampleCheck check;
    private final GatewayConfig.Gateway config;
    private final ExecutorService pool;
    private final Set<IngestCall> open = ConcurrentHashMap.newKeySet();
    private final IngestCall.Shared shared;
    private volatile boolean stopping;

    Ingest(
            SampleStore store,
            SampleProducer producer,
            EndMarkers endMarkers,
            Backlog backlog,
            Budget budget,
            ClusterConfig cluster,
            GatewayConfig config,
            GatewayMetrics metrics) {
        this.topics = cluster.topics();
        this.store = store;
        this.producer = producer;
        this.endMarkers = endMarkers;
        this.backlog = backlog;
        this.config = config.gateway();
        this.check = new SampleCheck((int) this.config.maxPayload().asLongValue());
        AtomicInteger number = new AtomicInteger();
        this.pool =
                Executors.newFixedThreadPool(THREADS, task -> new Thread(task, "ingest-" + number.incrementAndGet()));
        this.shared = new IngestCall.Shared(
                store,
                check,
                budget,
                backlog,
                new IngestLimits(
                        this.config.maxInFlightRecords(),
                        this.config.maxInFlightBytes().asLongValue(),
                        ConfigChecks.LARGEST_MESSAGE,
                        this.config.maxBacklogWait()),
                metrics,
                pool,
                open);
        metrics.streams("Ingest", open);
    }

    /**
     * Begins a stream of samples.
     *
     * @param outputSender name of the caller when it may send outputs of the teacher
     */
    public StreamObserver<IngestRequest> stream(
            ServerCallStreamObserver<IngestResponse> client, @Nullable String outputSender) {
        requireOwnTopic();
        if (stopping) {
            throw ApiErrors.stopping();
        }
        if (open.size() >= config.maxIngestCalls()) {
            throw ApiErrors.tryAgain(
                    config.maxIngestCalls()
                            + " ingest calls are open, the most that wildstream.gateway.max-ingest-calls allows",
                    Overload.RETRY_SECONDS);
        }
        IngestCall call = new IngestCall(client, shared, outputSender);
        call.start();
        return call;
    }

    /**
     * Stores one sample and waits until it is stored.
     *
     * @param deduplicate whether it is stored only if no sample with its id was stored by such a call before
     * @param outputSender name of the caller when it may send outputs of the teacher
     * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT naming the field when it is refused, UNAVAILABLE when Kafka does not take
     *     it, RESOURCE_EXHAUSTED when the backlog is full
     */
    public Result one(Sample received, boolean deduplicate, @Nullable String outputSender) {
        requireOwnTopic();
        SampleCheck.Problem problem = check.problem(received, deduplicate, outputSender);
        if (problem != null) {
            store.refused(problem.reason());
            throw ApiErrors.invalid(problem.field(), problem.problem());
        }
        if (backlog.isFull()) {
            store.refused(Refusal.OVERLOAD);
            throw Overload.of(backlog);
        }
        CompletableFuture<StoreOutcome> settled = new CompletableFuture<>();
        InFlightSample taken = store.take(SentOutput.signed(received, outputSender));
        String id = taken.sample().getId();
        store.store(taken, deduplicate, settled::complete);
        StoreOutcome outcome = producer.await(settled);
        if (outcome instanceof StoreOutcome.Failed failed) {
            throw ApiErrors.unavailable("Kafka did not store the sample: " + failed.cause());
        }
        if (outcome instanceof StoreOutcome.TooLarge tooLarge) {
            throw ApiErrors.invalid("sample.payload", IngestResults.tooLargeText(tooLarge));
        }
        return IngestResults.of(id, outcome);
    }

    private void requireOwnTopic() {
        if (!topics.makesSamples()) {
            throw ApiErrors.precondition("Wildstream only reads the topic " + topics.samples()
                    + ", which wildstream.samples-topic names: write samples to that topic instead");
        }
    }

    /**
     * Writes the end markers; returns how many.
     *
     * @throws io.grpc.StatusRuntimeException FAILED_PRECONDITION when the caller has not said where the stream ends, or it ends elsewhere
     */
    public int end(EndStreamRequest request) {
        requireOwnTopic();
        if (!request.getConfirm()) {
            requireEnd(request.getEndOffsetsList());
        }
        return endMarkers.write();
    }

    /** An empty call, or one that was meant for a stream of some time ago, must not end all students. */
    private void requireEnd(List<Long> expected) {
        List<Long> ends = endMarkers.ends();
        if (!ends.equals(expected)) {
            throw ApiErrors.precondition((expected.isEmpty()
                            ? "ending the stream ends every student of it"
                            : "the stream does not end at end_offsets " + expected)
                    + "; its partitions end at " + ends
                    + " now: set end_offsets to that, or confirm to end it wherever it is");
        }
    }

    /** Takes no new calls, gives those in progress time to end, then ends them with UNAVAILABLE. */
    public void stop(Duration grace) throws InterruptedException {
        stopping = true;
        awaitNone(grace);
        for (IngestCall call : List.copyOf(open)) {
            LOGGER.warn("ended an ingest call that did not end by itself graceMillis={}", grace.toMillis());
            call.end(ApiErrors.stopping().getStatus());
        }
        awaitNone(producer.deliveryTimeout());
        pool.shutdown();
        if (!pool.awaitTermination(LAST_RESPONSES.toMillis(), TimeUnit.MILLISECONDS)) {
            LOGGER.warn("ingest threads still run at the end");
        }
    }

    @PreDestroy
    void close() {
        pool.shutdownNow();
    }

    private void awaitNone(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (!open.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
