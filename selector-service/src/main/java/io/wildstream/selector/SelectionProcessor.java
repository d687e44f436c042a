// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.opentelemetry.context.Scope;
import io.wildstream.contracts.trace.WorkSpans;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RankingCandidate;
import io.wildstream.contracts.v1.RankingRecord;
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
import io.wildstream.selector.metrics.WrittenCounts;
import io.wildstream.selector.ranking.RankedGenerations;
import io.wildstream.selector.streams.Outgoing;
import io.wildstream.selector.streams.OutputPosition;
import io.wildstream.selector.streams.SelectorOutput;
import io.wildstream.selector.streams.StageParts;
import io.wildstream.selector.streams.StateFormat;
import io.wildstream.selector.streams.StoreRuleState;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The stage: {@code teacher-outputs} in, one topic per curriculum out. Each record takes these steps, in this order:
 * <ol>
 *   <li>the newest policies come into force;
 *   <li>the record is read, and scored when it is a teacher output;
 *   <li>a teacher output is shown to the drift detector, and every curriculum decides on it: a selected sample goes to its curriculum, a
 *       rejected one to {@code rejected} if that is wanted, and one that must be ranked together with those of other partitions to
 *       {@code ranking}, which the ranking stage reads;
 *   <li>an end marker goes to every curriculum, behind the decisions of its partition;
 *   <li>a record that cannot be read goes to the dead letters with a reason.
 * </ol>
 *
 * <p>Under {@code exactly_once_v2} the outputs, the rules' state and the input offsets are one transaction, which Kafka Streams commits. A
 * failure of Kafka or of the state is thrown, which aborts the transaction; {@link io.wildstream.selector.streams.FailurePolicy} then
 * decides whether the thread starts again from the last commit.
 */
final class SelectionProcessor implements Processor<byte[], byte[], byte[], Outgoing> {

    /** The rules' state, one store per input partition. */
    static final String STORE = "rules";

    /** Kafka Streams does not show where a poll ends: the records within this time are one unit of work in traces. */
    private static final Duration SPAN_LENGTH = Duration.ofMillis(200);

    private final StageParts parts;
    private final double driftDelta;
    private final WorkSpans spans = new WorkSpans("selector batch");
    private @Nullable ProcessorContext<byte[], Outgoing> context;
    private @Nullable ActiveCurricula active;
    private @Nullable SelectorOutput output;
    private @Nullable WrittenCounts counts;
    private @Nullable DriftWatch drift;
    private @Nullable Cancellable spanEnd;

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
        spanEnd = null;
        ActiveCurricula curricula = new ActiveCurricula(parts.curricula(), store(), partition());
        active = curricula;
        WrittenCounts written = new WrittenCounts(store(), partition(), StateFormat.check(store()) == 0);
        counts = written;
        parts.reports().written(newContext.taskId(), written);
        output = new SelectorOutput(parts, newContext, written);
        drift = null;
        parts.reports().set(newContext.taskId(), curricula::reports);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        try (Scope span = spans.joinAsCurrent(record.headers())) {
            endSpansLater();
            parts.metrics().read();
            Objects.requireNonNull(counts, "used before init").begin();
            active().follow().forEach(closed -> output().rank(closed, record.timestamp()));
            Reading reading = read(record);
            if (reading instanceof Output teacherOutput) {
                watchForDrift(record, teacherOutput);
                active().all().forEach(curriculum -> decide(record, teacherOutput, curriculum));
            } else if (reading instanceof End end) {
                active().all().forEach(one -> end(record, end.message(), one.curriculum()));
            } else if (reading instanceof Refused refused) {
                output().deadLetter(record, refused);
            }
        }
    }

    @Override
    public void close() {
        endSpans();
        output().close();
        parts.reports().clear(context().taskId());
    }

    /** A look at the clock makes Kafka Streams commit: there is one only while a span waits for its end. */
    private void endSpansLater() {
        if (spanEnd == null && spans.isOpen()) {
            spanEnd = context().schedule(SPAN_LENGTH, PunctuationType.WALL_CLOCK_TIME, now -> endSpans());
        }
    }

    private void endSpans() {
        spans.close();
        if (spanEnd != null) {
            spanEnd.cancel();
            spanEnd = null;
        }
    }

    private Reading read(Record<byte[], byte[]> record) {
        long start = parts.metrics().start();
        Reading reading = TeacherOutputReader.read(record, partition());
        parts.metrics().stop(Step.READ, start);
        return reading;
    }

    private void watchForDrift(Record<byte[], byte[]> record, Output teacherOutput) {
        ScoredSample sample = teacherOutput.scored().sample();
        parts.metrics().sample(sample);
        if (driftDelta > 0) {
            drift().add(sample, partition(), offset()).forEach(event -> report(event, record.timestamp()));
        }
    }

    private void decide(Record<byte[], byte[]> record, Output teacherOutput, ActiveCurriculum one) {
        SelectorMetrics metrics = parts.metrics();
        long start = metrics.start();
        ScoredSample scored = one.selection().score(teacherOutput.scored());
        SelectionDecision decision = one.selection().decide(scored);
        metrics.stop(Step.DECIDE, start);
        start = metrics.start();
        if (decision instanceof Kept kept) {
            var position = new OutputPosition(partition(), offset());
            var unused = output().select(record, position, teacherOutput, scored, one.curriculum(), kept.threshold());
        } else if (decision instanceof NotKept notKept) {
            output().reject(record, teacherOutput, scored, one.curriculum(), notKept.threshold());
        } else if (decision instanceof Deferred) {
            output().rank(candidate(one.curriculum(), scored), record.timestamp());
        }
        metrics.stop(Step.FORWARD, start);
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

    private void end(Record<byte[], byte[]> record, EndOfStream end, Curriculum curriculum) {
        if (curriculum.policy().hasTopNWindow()) {
            var ranking = RankedGenerations.record(curriculum, partition()).setEnd(end);
            output().rank(ranking.build(), record.timestamp());
        } else {
            output().end(end, curriculum, record.timestamp());
        }
    }

    private void report(DriftEvent event, long timestamp) {
        parts.metrics().drift(event);
        parts.reports().drift(event);
        output().drift(event, timestamp);
    }

    /** The detector, made at the first sample: until then nothing may be written to the store. */
    private DriftWatch drift() {
        if (drift == null) {
            StateFormat.claim(store());
            drift = new DriftWatch(driftDelta, new StoreRuleState(store(), DriftWatch.NAME));
        }
        return drift;
    }

    private KeyValueStore<Bytes, byte[]> store() {
        return context().getStateStore(STORE);
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

    private ActiveCurricula active() {
        return Objects.requireNonNull(active, "used before init");
    }

    private SelectorOutput output() {
        return Objects.requireNonNull(output, "used before init");
    }

    private ProcessorContext<byte[], Outgoing> context() {
        return Objects.requireNonNull(context, "used before init");
    }
}
