// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.opentelemetry.context.Scope;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.trace.WorkSpans;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RankingCandidate;
import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.selector.SelectorMetrics.Step;
import io.wildstream.selector.TeacherOutputReader.End;
import io.wildstream.selector.TeacherOutputReader.Output;
import io.wildstream.selector.TeacherOutputReader.Reading;
import io.wildstream.selector.TeacherOutputReader.Refused;
import io.wildstream.selector.policy.RuleReport;
import io.wildstream.selector.policy.ScoredSample;
import io.wildstream.selector.policy.SelectionDecision;
import io.wildstream.selector.policy.SelectionDecision.Deferred;
import io.wildstream.selector.policy.SelectionDecision.Kept;
import io.wildstream.selector.policy.SelectionDecision.NotKept;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The stage: {@code teacher-outputs} in, one topic per curriculum out. Each record is read, scored and put to the rule of every
 * curriculum; what a rule keeps goes into its curriculum, what cannot be read goes to the dead letters, an end marker goes into every
 * curriculum behind the decisions of its partition. What can only be decided together with other partitions goes to {@code ranking},
 * where {@link RankingStage} goes on. Under {@code exactly_once_v2} outputs, rule state and input offsets are one transaction.
 */
final class SelectionTopology implements Processor<byte[], byte[], byte[], Outgoing> {

    /** The rules' state, one store per input partition. */
    static final String STORE = "rules";

    /** Small segments are compacted soon, which keeps a restore short. */
    private static final Map<String, String> CHANGELOG =
            Map.of("segment.bytes", Integer.toString(16 << 20), "min.cleanable.dirty.ratio", "0.1");

    /** Streams tells nobody where a poll ends: what comes within this time is one piece of work in traces. */
    private static final Duration SPAN_LENGTH = Duration.ofMillis(200);

    private final Parts parts;
    private @Nullable ProcessorContext<byte[], Outgoing> context;
    private @Nullable Outbox outbox;
    private @Nullable RankedGenerations ranked;
    private final WorkSpans spans = new WorkSpans("selector batch");
    private @Nullable DriftWatch drift;
    private Map<String, Curriculum> curriculaSeen = Map.of();
    private List<ActiveCurriculum> active = List.of();

    /**
     * What the tasks have in common.
     *
     * @param publishRejected whether decisions not to keep are written to {@code rejected}
     * @param driftDelta bound on the probability of a false alarm at each test for a change of the stream; 0 for no tests
     * @param log opens {@code teacher-outputs} for the ranking stage
     */
    record Parts(
            Topics topics,
            Curricula curricula,
            SelectorMetrics metrics,
            RuleBoard board,
            boolean publishRejected,
            double driftDelta,
            Supplier<OutputLog> log) {}

    private SelectionTopology(Parts parts) {
        this.parts = parts;
    }

    /** The topology: this stage, and the ranking stage behind its topic. */
    static Topology build(Parts parts) {
        TopicNameExtractor<byte[], Outgoing> topic = (key, value, recordContext) -> value.topic();
        Serializer<Outgoing> serializer = (unused, value) -> value.value();
        Topology topology = new Topology();
        addSource(topology, "teacher-outputs", parts.topics().teacherOutputs());
        topology.addProcessor("select", () -> new SelectionTopology(parts), "teacher-outputs")
                .addStateStore(store(STORE), "select")
                .addSink("outputs", topic, new ByteArraySerializer(), serializer, "select");
        addSource(topology, "ranking", parts.topics().ranking());
        topology.addProcessor("rank", () -> new RankingStage(parts), "ranking")
                .addStateStore(store(RankingStage.STORE), "rank")
                .addSink("ranked-outputs", topic, new ByteArraySerializer(), serializer, "rank");
        return topology;
    }

    private static void addSource(Topology topology, String name, String topic) {
        topology.addSource(
                AutoOffsetReset.earliest(),
                name,
                (record, previous) -> Math.max(0, record.timestamp()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topic);
    }

    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(CHANGELOG);
    }

    @Override
    public void init(ProcessorContext<byte[], Outgoing> newContext) {
        context = newContext;
        newContext.schedule(SPAN_LENGTH, PunctuationType.WALL_CLOCK_TIME, now -> spans.close());
        outbox = new Outbox(parts.topics(), parts.metrics(), parts.publishRejected(), newContext);
        drift = null;
        ranked = null;
        curriculaSeen = Map.of();
        active = List.of();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        try (Scope span = spans.joinAsCurrent(record.headers())) {
            work(record);
        }
    }

    private void work(Record<byte[], byte[]> record) {
        parts.metrics().read();
        followCurricula(record.timestamp());
        Reading reading = read(record);
        if (reading instanceof Output output) {
            select(record, output);
        } else if (reading instanceof End end) {
            endCurricula(record, end.message());
        } else if (reading instanceof Refused refused) {
            outbox().bury(record, refused);
        }
    }

    @Override
    public void close() {
        spans.close();
        parts.board().clear(context().taskId());
    }

    private Reading read(Record<byte[], byte[]> record) {
        long start = parts.metrics().start();
        Reading reading = TeacherOutputReader.read(record, partition());
        parts.metrics().stop(Step.READ, start);
        return reading;
    }

    private void select(Record<byte[], byte[]> record, Output output) {
        SelectorMetrics metrics = parts.metrics();
        metrics.sample(output.scored());
        if (parts.driftDelta() > 0) {
            watch().add(output.scored(), partition(), offset()).forEach(event -> report(event, record.timestamp()));
        }
        for (ActiveCurriculum one : active) {
            long start = metrics.start();
            ScoredSample scored = one.curriculum().scored(output);
            SelectionDecision decision = one.rule().decide(scored);
            metrics.stop(Step.DECIDE, start);
            start = metrics.start();
            if (decision instanceof Kept kept) {
                outbox().keep(record, output, scored, one.curriculum(), kept.threshold());
            } else if (decision instanceof NotKept notKept) {
                outbox().leave(record, output, scored, one.curriculum(), notKept.threshold());
            } else if (decision instanceof Deferred) {
                outbox().rank(candidate(one.curriculum(), scored), record.timestamp());
            }
            metrics.stop(Step.FORWARD, start);
        }
    }

    private void report(DriftEvent event, long timestamp) {
        parts.metrics().drift(event);
        parts.board().drift(event);
        outbox().drift(event, timestamp);
    }

    private DriftWatch watch() {
        if (drift == null) {
            KeyValueStore<Bytes, byte[]> store = context().getStateStore(STORE);
            StateFormat.claim(store);
            drift = new DriftWatch(parts.driftDelta(), store);
        }
        return drift;
    }

    private RankingRecord candidate(Curriculum curriculum, ScoredSample scored) {
        return RankedGenerations.record(curriculum, partition())
                .setCandidate(RankingCandidate.newBuilder()
                        .setOffset(offset())
                        .setScore(scored.score())
                        .setPseudoLabel(scored.pseudoLabel())
                        .setClasses(scored.classes())
                        .setSource(curriculum.topN().bySource() ? scored.source() : ""))
                .build();
    }

    private void endCurricula(Record<byte[], byte[]> record, EndOfStream end) {
        for (ActiveCurriculum one : active) {
            Curriculum curriculum = one.curriculum();
            if (curriculum.policy().hasTopNWindow()) {
                var ranking = RankedGenerations.record(curriculum, partition()).setEnd(end);
                outbox().rank(ranking.build(), record.timestamp());
            } else {
                outbox().end(end, curriculum, record.timestamp());
            }
        }
    }

    /** Goes over to the newest generation of each policy; from the next record on, since each record looks here first. */
    private void followCurricula(long timestamp) {
        Map<String, Curriculum> newest = parts.curricula().current();
        if (newest == curriculaSeen) {
            return;
        }
        KeyValueStore<Bytes, byte[]> store = context().getStateStore(STORE);
        StateFormat.claim(store);
        if (ranked == null) {
            ranked = new RankedGenerations(store);
        }
        List<ActiveCurriculum> next = new ArrayList<>();
        for (Curriculum curriculum : newest.values()) {
            if (curriculum.decidesOnArrival()) {
                next.add(active.stream()
                        .filter(one -> one.curriculum().equals(curriculum))
                        .findAny()
                        .orElseGet(() -> activate(curriculum, store)));
            }
        }
        ranked.change(newest, partition()).values().forEach(closed -> outbox().rank(closed, timestamp));
        active = next;
        curriculaSeen = newest;
        parts.board().set(context().taskId(), () -> reports(next));
    }

    private static Map<String, RuleReport> reports(List<ActiveCurriculum> active) {
        Map<String, RuleReport> reports = new TreeMap<>();
        active.forEach(one -> reports.put(one.curriculum().name(), one.rule().report()));
        return reports;
    }

    private static ActiveCurriculum activate(Curriculum curriculum, KeyValueStore<Bytes, byte[]> store) {
        return new ActiveCurriculum(curriculum, curriculum.rule(new StoreRuleState(store, curriculum.name())));
    }

    private int partition() {
        return context().taskId().partition();
    }

    private long offset() {
        return context()
                .recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record without a position"))
                .offset();
    }

    private Outbox outbox() {
        return Objects.requireNonNull(outbox, "used before init");
    }

    private ProcessorContext<byte[], Outgoing> context() {
        return Objects.requireNonNull(context, "used before init");
    }
}
