// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.opentelemetry.context.Scope;
import io.wildstream.contracts.trace.WorkSpans;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RankingCandidate;
import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.selection.RuleReport;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selection.SelectionDecision;
import io.wildstream.selection.SelectionDecision.Deferred;
import io.wildstream.selection.SelectionDecision.Kept;
import io.wildstream.selection.SelectionDecision.NotKept;
import io.wildstream.selector.curriculum.ActiveCurriculum;
import io.wildstream.selector.curriculum.Curriculum;
import io.wildstream.selector.drift.DriftWatch;
import io.wildstream.selector.input.TeacherOutputReader;
import io.wildstream.selector.input.TeacherOutputReader.End;
import io.wildstream.selector.input.TeacherOutputReader.Output;
import io.wildstream.selector.input.TeacherOutputReader.Reading;
import io.wildstream.selector.input.TeacherOutputReader.Refused;
import io.wildstream.selector.metrics.SelectorMetrics;
import io.wildstream.selector.metrics.SelectorMetrics.Step;
import io.wildstream.selector.ranking.RankedGenerations;
import io.wildstream.selector.streams.Outbox;
import io.wildstream.selector.streams.Outgoing;
import io.wildstream.selector.streams.StageParts;
import io.wildstream.selector.streams.StateFormat;
import io.wildstream.selector.streams.StoreRuleState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The stage: {@code teacher-outputs} in, one topic per curriculum out. Each record is read, scored and put to the rule of every
 * curriculum; what a rule keeps goes into its curriculum, what cannot be read goes to the dead letters, an end marker goes into every
 * curriculum behind the decisions of its partition. What can only be decided together with other partitions goes to {@code ranking},
 * which the ranking stage reads. Under {@code exactly_once_v2} outputs, rule state and input offsets are one transaction.
 */
final class SelectionProcessor implements Processor<byte[], byte[], byte[], Outgoing> {

    /** The rules' state, one store per input partition. */
    static final String STORE = "rules";

    /** Streams tells nobody where a poll ends: what comes within this time is one piece of work in traces. */
    private static final Duration SPAN_LENGTH = Duration.ofMillis(200);

    private final StageParts parts;
    private final double driftDelta;
    private @Nullable ProcessorContext<byte[], Outgoing> context;
    private @Nullable Outbox outbox;
    private @Nullable RankedGenerations ranked;
    private final WorkSpans spans = new WorkSpans("selector batch");
    private @Nullable DriftWatch drift;
    private Map<String, Curriculum> curriculaSeen = Map.of();
    private List<ActiveCurriculum> active = List.of();

    /**
     * A stage that has read nothing yet.
     *
     * @param driftDelta bound on the probability of a false alarm at each test for a change of the stream; 0 for no tests
     */
    SelectionProcessor(StageParts parts, double driftDelta) {
        this.parts = parts;
        this.driftDelta = driftDelta;
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
        metrics.sample(output.scored().sample());
        if (driftDelta > 0) {
            watch().add(output.scored().sample(), partition(), offset())
                    .forEach(event -> report(event, record.timestamp()));
        }
        for (ActiveCurriculum one : active) {
            long start = metrics.start();
            ScoredSample scored = one.curriculum().score(output);
            SelectionDecision decision = one.selection().decide(scored);
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
            drift = new DriftWatch(driftDelta, new StoreRuleState(store, DriftWatch.NAME));
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
        active.forEach(
                one -> reports.put(one.curriculum().name(), one.selection().report()));
        return reports;
    }

    private static ActiveCurriculum activate(Curriculum curriculum, KeyValueStore<Bytes, byte[]> store) {
        return new ActiveCurriculum(curriculum, curriculum.selection(new StoreRuleState(store, curriculum.name())));
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
