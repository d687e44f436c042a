package io.wildstream.gateway.ingest;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestResponse.Result;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.ConfigChecks;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.GatewayMetrics;
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
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes samples in, by stream or one at a time, and declares the end of a stream. */
@Singleton
public class Ingest {

    private static final Logger LOGGER = LoggerFactory.getLogger(Ingest.class);
    private static final int THREADS = Math.max(4, Runtime.getRuntime().availableProcessors());
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

    private final SampleWriter writer;
    private final SampleCheck check;
    private final GatewayMetrics metrics;
    private final GatewayConfig.Gateway config;
    private final ExecutorService pool;
    private final Set<IngestCall> open = ConcurrentHashMap.newKeySet();
    private final IngestCall.Shared shared;
    private volatile boolean stopping;

    Ingest(SampleWriter writer, GatewayConfig config, GatewayMetrics metrics) {
        this.writer = writer;
        this.metrics = metrics;
        this.config = config.gateway();
        this.check = new SampleCheck((int) this.config.maxPayload().asLongValue());
        AtomicInteger number = new AtomicInteger();
        this.pool =
                Executors.newFixedThreadPool(THREADS, task -> new Thread(task, "ingest-" + number.incrementAndGet()));
        this.shared = new IngestCall.Shared(
                writer,
                check,
                new Budget(this.config.totalInFlightBytes().asLongValue()),
                new IngestCall.Limits(
                        this.config.maxInFlightRecords(),
                        this.config.maxInFlightBytes().asLongValue(),
                        ConfigChecks.LARGEST_MESSAGE),
                metrics,
                pool,
                open);
        metrics.streams("Ingest", open);
    }

    /** Begins a stream of samples. */
    public StreamObserver<IngestRequest> stream(ServerCallStreamObserver<IngestResponse> client) {
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
     * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT naming the field when it is refused, UNAVAILABLE when Kafka does not take
     * it
     */
    public Result one(Sample received) {
        SampleCheck.Problem problem = check.problem(received);
        if (problem != null) {
            metrics.refused(problem.reason());
            throw ApiErrors.invalid(problem.field(), problem.problem());
        }
        Sample sample = received.getId().isEmpty()
                ? received.toBuilder().setId(UUID.randomUUID().toString()).build()
                : received;
        byte[] value = sample.toByteArray();
        metrics.sending(value.length);
        CompletableFuture<RecordMetadata> stored = new CompletableFuture<>();
        boolean done = false;
        try {
            writer.write(sample, value, (metadata, error) -> complete(stored, metadata, error));
            RecordMetadata metadata = writer.await(stored);
            done = true;
            return Result.newBuilder()
                    .setId(sample.getId())
                    .setPosition(SamplePosition.newBuilder()
                            .setPartition(metadata.partition())
                            .setOffset(metadata.offset()))
                    .build();
        } finally {
            metrics.settled(value.length, done);
            if (!done) {
                metrics.failed();
            }
        }
    }

    /** Writes the end markers; returns how many. */
    public int end() {
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

    private static void complete(
            CompletableFuture<RecordMetadata> stored,
            RecordMetadata metadata,
            @org.jspecify.annotations.Nullable Exception error) {
        if (error == null) {
            stored.complete(metadata);
        } else {
            stored.completeExceptionally(error);
        }
    }
}
