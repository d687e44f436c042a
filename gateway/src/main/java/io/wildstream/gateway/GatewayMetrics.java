// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.wildstream.service.Meters;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.producer.Producer;

/** All meters of the gateway, by the names that Prometheus shows, and their labels; {@code docs/metrics.md} is the catalogue. */
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
        /** The reference is not one, or there is a payload too. */
        REFERENCE,
        /** The teacher's output that came with it is not allowed to this caller. */
        OUTPUT_NOT_ALLOWED,
        /** The teacher's output that came with it is not one. */
        OUTPUT,
        OVERLOAD;

        /** The label's value. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why a request or a connection was refused before anything of it was read: values of label {@code reason}. */
    public enum Cause {
        /** The memory for what clients send is full. */
        MEMORY,
        /** Too many uploads at a time. */
        UPLOADS,
        /** A message or a body, or the end of a call, came too slowly. */
        SLOW,
        /** A health check with a large message. */
        LARGE,
        /** A call was compressed. */
        COMPRESSED,
        /** The token is missing or wrong. */
        CREDENTIAL,
        /** Without a token, a host name that is not of this machine. */
        HOST,
        /** Without a token, a page of another origin. */
        ORIGIN,
        /** Too many connections. */
        CONNECTIONS,
        /** A connection without a request. */
        NO_REQUEST,
        /** Too many streams without a token. */
        STREAMS;

        /** The label's value. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Samples that Kafka acknowledged. */
    public static final String ACCEPTED = "wildstream_gateway_samples_accepted_total";
    /** Samples that were not stored because one with their id already was. */
    public static final String DUPLICATES = "wildstream_gateway_samples_duplicates_total";
    /** Samples refused, by {@link #REASON}. */
    public static final String REFUSED = "wildstream_gateway_samples_refused_total";
    /** Samples that were taken but that Kafka did not acknowledge in time. */
    public static final String FAILED = "wildstream_gateway_samples_failed_total";
    /** Bytes of accepted samples, as stored before compression. */
    public static final String BYTES = "wildstream_gateway_samples_bytes_total";
    /** Samples of all ingest calls that Kafka has not acknowledged yet. */
    public static final String IN_FLIGHT = "wildstream_gateway_in_flight_records";
    /** Bytes of all ingest calls that Kafka has not acknowledged yet. */
    public static final String IN_FLIGHT_BYTES = "wildstream_gateway_in_flight_bytes";
    /** Bytes of what clients send that are held in memory, by whatever way they came in. */
    public static final String HELD_BYTES = "wildstream_gateway_held_bytes";
    /** Requests and connections that were refused before anything of them was read, by {@link #REASON}. */
    public static final String TURNED_AWAY = "wildstream_gateway_turned_away_total";
    /** Samples that the teachers have not read. */
    public static final String BACKLOG = "wildstream_gateway_backlog_records";
    /** Seconds for which the backlog was full and no samples were taken. */
    public static final String BACKLOG_FULL = "wildstream_gateway_backlog_full_seconds_total";
    /** Ingest calls that were ended because the backlog stayed full. */
    public static final String OVERLOADED = "wildstream_gateway_calls_overloaded_total";
    /** Open streams by {@link #METHOD}. */
    public static final String STREAMS = "wildstream_gateway_streams";
    /** Statuses sent to watchers. */
    public static final String WATCH_SENT = "wildstream_gateway_watch_sent_total";
    /** Intervals that slow watchers missed. */
    public static final String WATCH_MISSED = "wildstream_gateway_watch_missed_total";
    /** Durations of gRPC calls by {@link #METHOD} and {@link #CODE}. */
    public static final String CALLS = "wildstream_gateway_call_seconds";

    /** Entries of {@link #TOPIC} that are not what they must be, since the start. */
    public static final String LEFT_OUT = "wildstream_gateway_entries_left_out_total";
    /** Records that were written to {@link #TOPIC} since it was made. */
    public static final String TOPIC_RECORDS = "wildstream_gateway_topic_records_total";
    /** Committed records that {@link #STAGE} has not read. */
    public static final String STAGE_LAG = "wildstream_gateway_stage_lag_records";
    /** Records that retention removed before {@link #STAGE} had read them. */
    public static final String STAGE_LOST = "wildstream_gateway_stage_lost_records_total";
    /** Time since Kafka was last asked for its offsets with success. */
    public static final String PROBE_AGE = "wildstream_gateway_probe_age_seconds";
    /** Instances of {@link #SERVICE} whose heartbeat is at most 10 seconds old. */
    public static final String LIVE = "wildstream_gateway_live_instances";

    /** Label of {@link #REFUSED}: a value of {@link Refusal}. */
    public static final String REASON = "reason";
    /** Label: the name of a topic without its prefix. */
    public static final String TOPIC = "topic";
    /** Label: {@code teacher} or {@code selector}. */
    public static final String STAGE = "stage";
    /** Label: {@code teacher}, {@code selector}, {@code trainer} or {@code gateway}. */
    public static final String SERVICE = "service";
    /** Label: the full name of a gRPC method. */
    public static final String METHOD = "method";
    /** Label: the gRPC status code. */
    public static final String CODE = "code";

    private static final String PREFIX = "wildstream_gateway_";

    private final MeterRegistry registry;
    private final Meters meters;
    private final Counter accepted;
    private final Counter failed;
    private final Counter duplicates;
    private final Counter bytes;
    private final Counter overloaded;
    private final Counter watchSent;
    private final Counter watchMissed;
    private final Map<String, AtomicLong> byTopic = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong inFlightBytes = new AtomicLong();

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.meters = new Meters(registry);
        accepted = meters.counter(ACCEPTED, "Samples acknowledged by Kafka");
        failed = meters.counter(FAILED, "Samples that Kafka did not acknowledge");
        duplicates = meters.counter(DUPLICATES, "Samples not stored because one with their id already was");
        bytes = meters.counter(BYTES, "Bytes of accepted samples");
        overloaded = meters.counter(OVERLOADED, "Ingest calls ended because the backlog stayed full");
        watchSent = meters.counter(WATCH_SENT, "Statuses sent to watchers");
        watchMissed = meters.counter(WATCH_MISSED, "Intervals missed by slow watchers");
        meters.gauge(IN_FLIGHT, "Samples not yet acknowledged by Kafka", inFlight::get);
        meters.gauge(IN_FLIGHT_BYTES, "Bytes not yet acknowledged by Kafka", inFlightBytes::get);
        for (Refusal reason : Refusal.values()) {
            refusals(reason);
        }
        for (Cause cause : Cause.values()) {
            turnedAway(cause.label());
        }
    }

    /**
     * Removes what was registered here: a registry may outlive this application, and its gauges would then still show the objects of this
     * one.
     */
    @PreDestroy
    void close() {
        List.copyOf(registry.getMeters()).stream()
                .filter(meter -> meter.getId().getName().startsWith(PREFIX))
                .forEach(registry::remove);
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

    /** A sample was not stored because one with its id already was. */
    public void duplicate() {
        duplicates.increment();
    }

    /** A sample was refused. */
    public void refused(Refusal reason) {
        refusals(reason).increment();
    }

    /** An ingest call was ended because the backlog stayed full. */
    public void overloaded() {
        overloaded.increment();
    }

    /** Shows a backlog, which the caller keeps, and for how many seconds it has been full. */
    public <T> void backlog(T backlog, ToDoubleFunction<T> records, ToDoubleFunction<T> fullSeconds) {
        meters.gauge(
                BACKLOG,
                "Samples that the teachers have not read, as this gateway knows",
                () -> records.applyAsDouble(backlog));
        FunctionCounter.builder(BACKLOG_FULL, backlog, fullSeconds)
                .description("Time for which the backlog was full and no samples were taken")
                .register(registry);
    }

    /** Shows how many bytes the caller holds. */
    public <T> void held(T budget, ToDoubleFunction<T> bytes) {
        meters.gauge(
                HELD_BYTES, "Bytes of what clients send that are held in memory", () -> bytes.applyAsDouble(budget));
    }

    /** A request or a connection was refused before anything of it was read. */
    public void turnedAway(Cause cause) {
        turnedAway(cause.label()).increment();
    }

    private Counter turnedAway(String reason) {
        return meters.counter(TURNED_AWAY, "Requests and connections refused before they were read", REASON, reason);
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
        meters.gauge(STREAMS, "Open streams", open::size, METHOD, method);
    }

    /** A gRPC call ended. */
    public void called(String method, Status.Code code, Duration duration) {
        meters.timer(CALLS, "Durations of gRPC calls", METHOD, method, CODE, code.name())
                .record(duration);
    }

    /** Shows how many entries of a topic were left out, which the caller keeps. */
    public <T> void leftOut(String topic, T reader, ToDoubleFunction<T> entries) {
        FunctionCounter.builder(LEFT_OUT, reader, entries)
                .description("Entries of a topic that are not what they must be and were left out")
                .tag(TOPIC, topic)
                .register(registry);
    }

    /** Shows what a topic has taken in so far. */
    public void topicRecords(String topic, long records) {
        byTopic.computeIfAbsent(topic, this::topicCounter).set(records);
    }

    private AtomicLong topicCounter(String topic) {
        AtomicLong count = new AtomicLong();
        FunctionCounter.builder(TOPIC_RECORDS, count, AtomicLong::get)
                .description("Records written to a topic since it was made, as the stages that write it have counted")
                .tag(TOPIC, topic)
                .register(registry);
        return count;
    }

    /** Shows what a stage has still to read and what it can never read any more, which the caller keeps. */
    public <T> void stage(String stage, T log, ToDoubleFunction<T> lag, ToDoubleFunction<T> lost) {
        meters.gauge(
                STAGE_LAG,
                "Committed records that a stage has not read, all its instances together",
                () -> lag.applyAsDouble(log),
                STAGE,
                stage);
        FunctionCounter.builder(STAGE_LOST, log, lost)
                .description("Records that retention removed before a stage had read them")
                .tag(STAGE, stage)
                .register(registry);
    }

    /** Shows how old the offsets are that the caller keeps, in seconds. */
    public <T> void probeAge(T probe, ToDoubleFunction<T> age) {
        meters.gauge(
                PROBE_AGE,
                "Time since Kafka last reported its offsets; NaN before the first time",
                () -> age.applyAsDouble(probe));
    }

    /** Shows how many instances of a service live. */
    public <T> void liveInstances(String service, T cluster, ToDoubleFunction<T> live) {
        meters.gauge(
                LIVE,
                "Instances of a service whose heartbeat is at most 10 s old",
                () -> live.applyAsDouble(cluster),
                SERVICE,
                service);
    }

    /** Shows the producer's own metrics until the returned binder is closed. */
    public KafkaClientMetrics producer(Producer<?, ?> producer) {
        KafkaClientMetrics meters = new KafkaClientMetrics(producer);
        meters.bindTo(registry);
        return meters;
    }

    private Counter refusals(Refusal reason) {
        return meters.counter(REFUSED, "Samples refused", REASON, reason.label());
    }
}
