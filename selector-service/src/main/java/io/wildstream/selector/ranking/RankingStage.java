// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.ranking;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.v1.RankingBound;
import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.contracts.v1.RankingReplay;
import io.wildstream.selection.RuleReport;
import io.wildstream.selector.input.RejectionReason;
import io.wildstream.selector.input.TeacherOutputReader.Refused;
import io.wildstream.selector.metrics.WrittenCounts;
import io.wildstream.selector.streams.Outgoing;
import io.wildstream.selector.streams.SelectorOutput;
import io.wildstream.selector.streams.StageParts;
import io.wildstream.selector.streams.StateFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The selection that needs to see all partitions: {@code top_n_window} ranks the candidates that come over the topic {@code ranking},
 * window by window; {@code two_pass} ranks the whole log. Both know their cut before anything is written; then the samples are read again
 * from {@code teacher-outputs} and written as far as they are within the cut, a slice of {@link #SLICE} at a time, so that other tasks of
 * the thread keep working and no transaction grows long. Candidates, cuts and the progress of the writing are state of this stage: after a
 * crash it continues with the next record that was not written.
 */
public final class RankingStage implements Processor<byte[], byte[], byte[], Outgoing> {

    /** The state, one store in all. */
    public static final String STORE = "ranking";

    /** Longest time of reading and writing without a pause. */
    private static final Duration SLICE = Duration.ofMillis(100);

    private static final Duration BUSY = Duration.ofMillis(10);
    /** Each look makes Kafka Streams commit. */
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final StageParts parts;
    private final Supplier<OutputLog> openLog;
    /** Thresholds of the newest cut by curriculum; replaced as a whole. */
    private volatile Map<String, RuleReport> reports = Map.of();

    private @Nullable ProcessorContext<byte[], Outgoing> context;
    private @Nullable SelectorOutput output;
    private @Nullable WrittenCounts counts;
    private @Nullable RankingWindows windows;
    private @Nullable SecondPasses secondPasses;
    private @Nullable TwoPassJobs twoPass;
    private @Nullable OutputLog log;
    private @Nullable Cancellable busy;

    /**
     * A stage that has read nothing yet.
     *
     * @param openLog opens {@code teacher-outputs}
     */
    public RankingStage(StageParts parts, Supplier<OutputLog> openLog) {
        this.parts = parts;
        this.openLog = openLog;
    }

    @Override
    public void init(ProcessorContext<byte[], Outgoing> newContext) {
        KeyValueStore<Bytes, byte[]> store = newContext.getStateStore(STORE);
        context = newContext;
        WrittenCounts written = new WrittenCounts(store, WrittenCounts.RANKING, StateFormat.check(store) == 0);
        counts = written;
        parts.reports().written(newContext.taskId(), written);
        output = new SelectorOutput(parts, newContext, written);
        try {
            windows = new RankingWindows(store);
            secondPasses = new SecondPasses(store, output);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the state of the ranking stage cannot be read", e);
        }
        twoPass = new TwoPassJobs(store);
        busy = null;
        newContext.schedule(IDLE, PunctuationType.WALL_CLOCK_TIME, this::work);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        claim();
        try {
            RankingRecord ranking = RankingRecord.parseFrom(record.value() == null ? new byte[0] : record.value());
            for (RankingReplay replay : Objects.requireNonNull(windows).accept(ranking)) {
                enqueue(replay);
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            Objects.requireNonNull(output)
                    .deadLetter(
                            record, new Refused(RejectionReason.MALFORMED, "not a RankingRecord: " + e.getMessage()));
        }
        beBusy();
    }

    @Override
    public void close() {
        parts.reports().clear(Objects.requireNonNull(context).taskId());
        Objects.requireNonNull(output).close();
        if (log != null) {
            log.close();
            log = null;
        }
    }

    /** One slice of work, or nothing. */
    private void work(long now) {
        long end = System.nanoTime() + SLICE.toNanos();
        BooleanSupplier pause = () -> System.nanoTime() - end >= 0;
        TwoPassJobs jobs = Objects.requireNonNull(twoPass);
        SecondPasses waiting = Objects.requireNonNull(secondPasses);
        if (jobs.wanted(parts.curricula().current())) {
            claim();
            jobs.work(log(), pause).ifPresent(this::enqueue);
        }
        if (!waiting.isEmpty()) {
            waiting.work(log(), pause, now);
        }
        parts.reports().problems(Objects.requireNonNull(context).taskId(), String.join("; ", jobs.problems()));
        beBusy();
    }

    private void claim() {
        Objects.requireNonNull(counts).begin();
        StateFormat.claim(Objects.requireNonNull(context).getStateStore(STORE));
    }

    private void enqueue(RankingReplay replay) {
        Objects.requireNonNull(secondPasses).add(replay);
        if (replay.getBoundsCount() > 0) {
            Map<String, RuleReport> next = new TreeMap<>(reports);
            next.put(replay.getCurriculum(), report(replay));
            reports = next;
            parts.reports().set(Objects.requireNonNull(context).taskId(), () -> reports);
        }
    }

    /** Works without long pauses while there is something to do. */
    private void beBusy() {
        boolean work = !Objects.requireNonNull(secondPasses).isEmpty()
                || Objects.requireNonNull(twoPass).wanted(parts.curricula().current());
        if (work && busy == null) {
            busy = Objects.requireNonNull(context).schedule(BUSY, PunctuationType.WALL_CLOCK_TIME, this::work);
        } else if (!work && busy != null) {
            busy.cancel();
            busy = null;
        }
    }

    private OutputLog log() {
        if (log == null) {
            log = openLog.get();
        }
        return log;
    }

    /** The bounds as thresholds by pseudo-label, the largest over the sources, or one for all. */
    private static RuleReport report(RankingReplay replay) {
        int labels = 1
                + replay.getBoundsList().stream()
                        .mapToInt(RankingBound::getPseudoLabel)
                        .max()
                        .orElse(0);
        List<Double> thresholds = new ArrayList<>(Collections.nCopies(labels, Double.NaN));
        for (RankingBound bound : replay.getBoundsList()) {
            double other = thresholds.get(bound.getPseudoLabel());
            thresholds.set(bound.getPseudoLabel(), other > bound.getScore() ? other : bound.getScore());
        }
        return new RuleReport(thresholds, 1);
    }
}
