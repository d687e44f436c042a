// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestResponse.Result;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.ConfigChecks;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.GatewayMetrics.Refusal;
import io.wildstream.service.ClusterConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes samples in, by stream or one at a time, and declares the end of a stream. */
@Singleton
public class Ingest {

    private static final Logger LOGGER = LoggerFactory.getLogger(Ingest.class);
    private static final int THREADS = Math.max(4, Runtime.getRuntime().availableProcessors());
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

    private final Topics topics;
    private final SampleWriter writer;
    private final UniqueWriter uniqueWriter;
    private final Backlog backlog;
    private final SampleCheck check;
    private final GatewayMetrics metrics;
    private final GatewayConfig.Gateway config;
    private final ExecutorService pool;
    private final Set<IngestCall> open = ConcurrentHashMap.newKeySet();
    private final IngestCall.Shared shared;
    private volatile boolean stopping;

    Ingest(
            SampleWriter writer,
            UniqueWriter uniqueWriter,
            Backlog backlog,
            ClusterConfig cluster,
            GatewayConfig config,
            GatewayMetrics metrics) {
        this.topics = cluster.topics();
        this.writer = writer;
        this.uniqueWriter = uniqueWriter;
        this.backlog = backlog;
        this.metrics = metrics;
        this.config = config.gateway();
        this.check = new SampleCheck((int) this.config.maxPayload().asLongValue());
        AtomicInteger number = new AtomicInteger();
        this.pool =
                Executors.newFixedThreadPool(THREADS, task -> new Thread(task, "ingest-" + number.incrementAndGet()));
        this.shared = new IngestCall.Shared(
                writer,
                uniqueWriter,
                check,
                new Budget(this.config.totalInFlightBytes().asLongValue()),
                backlog,
                new IngestCall.Limits(
                        this.config.maxInFlightRecords(),
                        this.config.maxInFlightBytes().asLongValue(),
                        ConfigChecks.LARGEST_MESSAGE,
                        this.config.maxBacklogWait()),
                metrics,
                pool,
                open);
        metrics.streams("Ingest", open);
    }

    /** Begins a stream of samples. */
    public StreamObserver<IngestRequest> stream(ServerCallStreamObserver<IngestResponse> client) {
        requireOwnTopic();
        if (stopping) {
            throw ApiErrors.unavailable("the gateway stops");
        }
        if (open.size() >= config.maxIngestCalls()) {
            throw ApiErrors.exhausted(config.maxIngestCalls() + " ingest calls are open, which is all that "
                    + "wildstream.gateway.max-ingest-calls allows");
        }
        IngestCall call = new IngestCall(client, shared);
        call.start();
        return call;
    }

    /**
     * Stores one sample and waits for it.
     *
     * @param deduplicate whether it is stored only if none of its id was stored so before
     * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT naming the field when it is refused, UNAVAILABLE when Kafka does not take
     * it, RESOURCE_EXHAUSTED when the backlog is full
     */
    public Result one(Sample received, boolean deduplicate) {
        requireOwnTopic();
        SampleCheck.Problem problem = check.problem(received);
        if (problem == null && deduplicate && received.getId().isEmpty()) {
            problem = SampleCheck.NO_ID;
        }
        if (problem != null) {
            metrics.refused(problem.reason());
            throw ApiErrors.invalid(problem.field(), problem.problem());
        }
        if (backlog.isFull()) {
            metrics.refused(Refusal.OVERLOAD);
            throw Overload.of(backlog);
        }
        Sample sample = received.getId().isEmpty()
                ? received.toBuilder().setId(UUID.randomUUID().toString()).build()
                : received;
        byte[] value = sample.toByteArray();
        metrics.sending(value.length);
        boolean stored = false;
        boolean failed = true;
        try {
            Result result = writer.await(deduplicate ? writeOnce(sample, value) : write(sample, value));
            failed = false;
            stored = !result.getDuplicate();
            return result;
        } finally {
            metrics.settled(value.length, stored);
            if (stored) {
                backlog.stored();
            } else if (failed) {
                metrics.failed();
            } else {
                metrics.duplicate();
            }
        }
    }

    private CompletableFuture<Result> write(Sample sample, byte[] value) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        writer.write(sample, value, (metadata, error) -> {
            if (error == null) {
                result.complete(Result.newBuilder()
                        .setId(sample.getId())
                        .setPosition(SamplePosition.newBuilder()
                                .setPartition(metadata.partition())
                                .setOffset(metadata.offset()))
                        .build());
            } else {
                result.completeExceptionally(error);
            }
        });
        return result;
    }

    private CompletableFuture<Result> writeOnce(Sample sample, byte[] value) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        Result.Builder begun = Result.newBuilder().setId(sample.getId());
        uniqueWriter.write(sample, value, new UniqueWriter.Outcome() {
            @Override
            public void stored(SamplePosition position) {
                result.complete(begun.setPosition(position).build());
            }

            @Override
            public void duplicate(SamplePosition first) {
                result.complete(begun.setPosition(first).setDuplicate(true).build());
            }

            @Override
            public void failed(Exception cause) {
                result.completeExceptionally(cause);
            }
        });
        return result;
    }

    private void requireOwnTopic() {
        if (!topics.makesSamples()) {
            throw ApiErrors.precondition("the samples are those of the topic " + topics.samples()
                    + ", named by wildstream.samples-topic, which Wildstream only reads: write to it instead");
        }
    }

    /** Writes the end markers; returns how many. */
    public int end() {
        requireOwnTopic();
        return writer.writeEnd();
    }

    /** Takes no new calls, gives those in progress the time to end, then ends them with UNAVAILABLE. */
    public void stop(Duration grace) throws InterruptedException {
        stopping = true;
        awaitNone(grace);
        for (IngestCall call : List.copyOf(open)) {
            LOGGER.warn("ended an ingest call that did not end by itself graceMillis={}", grace.toMillis());
            call.end(Status.UNAVAILABLE.withDescription("the gateway stops"));
        }
        awaitNone(writer.deliveryTimeout());
        pool.shutdown();
        if (!pool.awaitTermination(LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS)) {
            LOGGER.warn("ingest threads still work at the end");
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
