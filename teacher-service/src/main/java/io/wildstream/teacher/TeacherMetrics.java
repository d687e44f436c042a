// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.torch.Torch;
import io.wildstream.service.Meters;
import io.wildstream.teacher.SampleStream.Committed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * All meters of the stage, by the names that Prometheus shows; {@code docs/metrics.md} is the catalogue. Records are counted when their
 * transaction is committed; counts end with the process, so the committed topics, not these, prove that nothing is lost.
 */
public final class TeacherMetrics {

    /** The timed steps of a poll; {@code COMMIT} is the transaction: sending, offsets, commit. */
    public enum Step {
        DECODE,
        FORWARD,
        COMMIT
    }

    /** Models loaded, by label {@code result}. */
    public static final String MODEL_LOADS = "wildstream_teacher_model_loads_total";
    /** Generation of the teacher that answers. */
    public static final String GENERATION = "wildstream_teacher_generation";

    private static final String PREFIX = "wildstream_teacher_";
    /** Labels above this have no series in any metric. */
    private static final int MAX_LABELS = 100;

    private static final double[] BATCH_SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096};

    private final Meters meters;
    private final Counter records;
    private final Counter computed;
    private final Counter precomputed;
    private final Counter endMarkers;
    private final Counter committed;
    private final Counter failed;
    private final Counter loaded;
    private final Counter notLoaded;
    private final DistributionSummary batchSizes;
    private final MultiGauge answering;
    private final MultiGauge classes;
    private final Map<Step, Timer> steps = new EnumMap<>(Step.class);
    private final AtomicLong lag = new AtomicLong();
    private final AtomicLong generation = new AtomicLong();
    private final AtomicLong starvedNanos = new AtomicLong();
    private final AtomicLong outputCount = new AtomicLong();
    private final AtomicLong deadLetterCount = new AtomicLong();

    /** Registers the meters. */
    public TeacherMetrics(MeterRegistry registry) {
        this.meters = new Meters(registry);
        this.records = counter("records_total", "Records of samples whose outcome is committed");
        this.computed = counter("outputs_total", "Teacher outputs committed", "origin", "model");
        this.precomputed = counter("outputs_total", "Teacher outputs committed", "origin", "sample");
        this.endMarkers = counter("end_markers_total", "End-of-stream markers passed on");
        this.committed = counter("transactions_total", "Transactions", "result", "committed");
        this.failed = counter("transactions_total", "Transactions", "result", "failed");
        this.loaded = counter("model_loads_total", "Models loaded, or refused", "result", "loaded");
        this.notLoaded = counter("model_loads_total", "Models loaded, or refused", "result", "refused");
        Stream.concat(Stream.of(Refusal.values()), Stream.of(InvalidSampleException.Reason.values()))
                .forEach(reason -> deadLetters(DeadLetters.code(reason)));
        this.batchSizes = DistributionSummary.builder(PREFIX + "batch_samples")
                .description("Samples of a forward pass")
                .serviceLevelObjectives(BATCH_SIZES)
                .register(registry);
        for (Step step : Step.values()) {
            steps.put(step, timer(step));
        }
        gauge("lag_records", "Records of samples not yet read, in the partitions of this instance", lag);
        gauge("generation", "Generation of the teacher that answers", generation);
        meters.gauge(PREFIX + "native_arrays", "Native arrays that this process holds", Torch::liveArrays);
        meters.seconds(
                PREFIX + "starvation_seconds_total",
                "Time that the pipeline waited for samples or for a teacher",
                starvedNanos);
        this.answering = MultiGauge.builder(PREFIX + "info")
                .description("1 for the teacher that answers, and what it runs on")
                .register(registry);
        this.classes = MultiGauge.builder(PREFIX + "class_info")
                .description("1 for each class of the teacher that answers: the name of a label")
                .register(registry);
    }

    /** Times a step of a batch or poll, also when it fails. */
    public <T> T timed(Step step, Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            Objects.requireNonNull(steps.get(step)).record(Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** A forward pass of so many samples was made. */
    void batch(int size) {
        batchSizes.record(size);
    }

    /** A transaction was committed. */
    void committed(Committed written) {
        committed.increment();
        records.increment(written.outputs() + written.endMarkers() + written.allDeadLetters());
        computed.increment(written.outputs() - written.precomputed());
        precomputed.increment(written.precomputed());
        endMarkers.increment(written.endMarkers());
        written.deadLetters().forEach((reason, count) -> deadLetters(reason).increment(count));
        outputCount.addAndGet(written.outputs());
        deadLetterCount.addAndGet(written.allDeadLetters());
    }

    /** A poll failed and is done again. */
    void failed() {
        failed.increment();
    }

    /** A model was loaded, or could not be. */
    public void loaded(boolean success) {
        (success ? loaded : notLoaded).increment();
    }

    /** Records that wait. */
    void lag(long records) {
        lag.set(records);
    }

    /** Adds time in which the pipeline had no samples or no teacher. */
    void starved(long nanos) {
        starvedNanos.addAndGet(nanos);
    }

    /** Sets the active teacher and the names of its classes, by their labels. */
    public void answering(TeacherReference teacher, List<String> names) {
        generation.set(teacher.getGeneration());
        Tags tags = Tags.of("model", teacher.getName(), "digest", teacher.getDigest(), "device", Torch.device());
        answering.register(List.of(MultiGauge.Row.of(tags, 1)), true);
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (int label = 0; label < Math.min(names.size(), MAX_LABELS); label++) {
            rows.add(MultiGauge.Row.of(Tags.of("label", Integer.toString(label), "name", names.get(label)), 1));
        }
        classes.register(rows, true);
    }

    /** Outputs committed since the start. */
    public long outputs() {
        return outputCount.get();
    }

    /** Dead letters committed since the start. */
    public long deadLetters() {
        return deadLetterCount.get();
    }

    private Counter deadLetters(String reason) {
        return counter("dead_letters_total", "Dead letters committed", "reason", reason);
    }

    private Counter counter(String name, String description, String... tags) {
        return meters.counter(PREFIX + name, description, tags);
    }

    private Timer timer(Step step) {
        return meters.timer(
                PREFIX + "step_seconds",
                "Time of a step of a batch (decode, forward) or of a transaction (commit)",
                "step",
                step.name().toLowerCase(Locale.ROOT));
    }

    private void gauge(String name, String description, AtomicLong value) {
        meters.gauge(PREFIX + name, description, value::get);
    }
}
