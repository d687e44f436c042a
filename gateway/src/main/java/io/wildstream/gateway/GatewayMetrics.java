package io.wildstream.gateway;

import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/** All meters of the gateway and their labels. */
@Singleton
public class GatewayMetrics {

    /** Why a sample was refused: the values of label {@code reason}. */
    public enum Refusal {
        NO_SAMPLE,
        ID,
        SOURCE,
        CONTENT_TYPE,
        EMPTY,
        TOO_LARGE,
        OVERLOAD;

        /** The label's value. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Samples that Kafka acknowledged. */
    public static final String ACCEPTED = "wildstream.gateway.samples.accepted";
    /** Samples that were not stored, as one of their id was before. */
    public static final String DUPLICATES = "wildstream.gateway.samples.duplicates";
    /** Samples refused, by {@link #REASON}. */
    public static final String REFUSED = "wildstream.gateway.samples.refused";
    /** Samples that were taken but that Kafka did not acknowledge in time. */
    public static final String FAILED = "wildstream.gateway.samples.failed";
    /** Bytes of accepted samples, as stored before compression. */
    public static final String BYTES = "wildstream.gateway.samples.bytes";
    /** Samples of all ingest calls that Kafka has not acknowledged yet. */
    public static final String IN_FLIGHT = "wildstream.gateway.in.flight.records";
    /** Bytes of all ingest calls that Kafka has not acknowledged yet. */
    public static final String IN_FLIGHT_BYTES = "wildstream.gateway.in.flight.bytes";
    /** Samples that the teachers have not read. */
    public static final String BACKLOG = "wildstream.gateway.backlog.records";
    /** Seconds for which the backlog was full and no samples were taken. */
    public static final String BACKLOG_FULL = "wildstream.gateway.backlog.full";
    /** Ingest calls that were ended since the backlog stayed full. */
    public static final String OVERLOADED = "wildstream.gateway.calls.overloaded";
    /** Open streams by {@link #METHOD}. */
    public static final String STREAMS = "wildstream.gateway.streams";
    /** Statuses sent to watchers. */
    public static final String WATCH_SENT = "wildstream.gateway.watch.sent";
    /** Intervals that slow watchers missed. */
    public static final String WATCH_MISSED = "wildstream.gateway.watch.missed";
    /** Durations of gRPC calls by {@link #METHOD} and {@link #CODE}. */
    public static final String CALLS = "wildstream.gateway.calls";

    /** Label of {@link #REFUSED}: a value of {@link Refusal}. */
    public static final String REASON = "reason";
    /** Label: the full name of a gRPC method. */
    public static final String METHOD = "method";
    /** Label: the gRPC status code. */
    public static final String CODE = "code";

    private final MeterRegistry registry;
    private final Counter accepted;
    private final Counter failed;
    private final Counter duplicates;
    private final Counter bytes;
    private final Counter overloaded;
    private final Counter watchSent;
    private final Counter watchMissed;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong inFlightBytes = new AtomicLong();

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        accepted = Counter.builder(ACCEPTED)
                .description("Samples acknowledged by Kafka")
                .register(registry);
        failed = Counter.builder(FAILED)
                .description("Samples that Kafka did not acknowledge")
                .register(registry);
        duplicates = Counter.builder(DUPLICATES)
                .description("Samples not stored, as one of their id was before")
                .register(registry);
        bytes = Counter.builder(BYTES)
                .baseUnit("bytes")
                .description("Bytes of accepted samples")
                .register(registry);
        overloaded = Counter.builder(OVERLOADED)
                .description("Ingest calls ended since the backlog stayed full")
                .register(registry);
        watchSent = Counter.builder(WATCH_SENT)
                .description("Statuses sent to watchers")
                .register(registry);
        watchMissed = Counter.builder(WATCH_MISSED)
                .description("Intervals missed by slow watchers")
                .register(registry);
        Gauge.builder(IN_FLIGHT, inFlight, AtomicInteger::get)
                .description("Samples not yet acknowledged by Kafka")
                .register(registry);
        Gauge.builder(IN_FLIGHT_BYTES, inFlightBytes, AtomicLong::get)
                .description("Bytes not yet acknowledged by Kafka")
                .register(registry);
        for (Refusal reason : Refusal.values()) {
            refusals(reason);
        }
    }

    /** A sample goes to Kafka. */
    public void sending(int size) {
        inFlight.incrementAndGet();
        inFlightBytes.addAndGet(size);
    }

    /** A sample that went to Kafka is settled. */
    public void settled(int size, boolean stored) {
        inFlight.decrementAndGet();
        inFlightBytes.addAndGet(-size);
        if (stored) {
            accepted.increment();
            bytes.increment(size);
        }
    }

    /** Kafka did not acknowledge a sample. */
    public void failed() {
        failed.increment();
    }

    /** A sample was not stored, as one of its id was before. */
    public void duplicate() {
        duplicates.increment();
    }

    /** A sample was refused. */
    public void refused(Refusal reason) {
        refusals(reason).increment();
    }

    /** An ingest call was ended since the backlog stayed full. */
    public void overloaded() {
        overloaded.increment();
    }

    /** Shows a backlog, which the caller keeps, and for how many seconds it has been full. */
    public <T> void backlog(T backlog, ToDoubleFunction<T> records, ToDoubleFunction<T> fullSeconds) {
        Gauge.builder(BACKLOG, backlog, records)
                .description("Samples that the teachers have not read")
                .register(registry);
        FunctionCounter.builder(BACKLOG_FULL, backlog, fullSeconds)
                .baseUnit("seconds")
                .description("Seconds for which the backlog was full")
                .register(registry);
    }

    /** A watcher was sent a status. */
    public void watchSent() {
        watchSent.increment();
    }

    /** A watcher was not ready for a status. */
    public void watchMissed() {
        watchMissed.increment();
    }

    /** Shows how many streams of a method are open. */
    public void streams(String method, Collection<?> open) {
        Gauge.builder(STREAMS, open, Collection::size)
                .description("Open streams")
                .tag(METHOD, method)
                .register(registry);
    }

    /** A gRPC call ended. */
    public void called(String method, Status.Code code, Duration duration) {
        Timer.builder(CALLS)
                .description("Durations of gRPC calls")
                .tags(METHOD, method, CODE, code.name())
                .register(registry)
                .record(duration);
    }

    private Counter refusals(Refusal reason) {
        return Counter.builder(REFUSED)
                .description("Samples refused")
                .tag(REASON, reason.label())
                .register(registry);
    }
}
