// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.torch.Torch;
import io.wildstream.service.Meters;
import io.wildstream.trainer.control.TrainerStatus;
import io.wildstream.trainer.curriculum.CurriculumReader;
import io.wildstream.trainer.curriculum.RecordParser;
import io.wildstream.trainer.curriculum.TrainingSample;
import io.wildstream.trainer.method.StepResult;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All meters of the trainer, by the names that Prometheus shows and each with the label {@code student}; {@code docs/metrics.md} is the
 * catalogue. Counters count since the process began; what was learned in all is in the checkpoint.
 */
public final class TrainerMetrics implements CurriculumReader.Listener {

    /** What changes the student's line of descent: values of the label {@code event}. */
    public enum LineageEvent {
        /** A student of fresh weights was made. */
        BEGUN,
        /** It continues from a checkpoint. */
        RESUMED,
        /** It learns by another spec from here on. */
        SPEC_CHANGED,
        /** It went back to an earlier checkpoint. */
        ROLLED_BACK,
        /** A loss was NaN or infinite. */
        DIVERGED,
        /** It has reached its end. */
        FINISHED
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(TrainerMetrics.class);
    private static final String PREFIX = "wildstream_trainer_";
    private static final Duration[] AGES = {
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(15),
        Duration.ofHours(1),
        Duration.ofHours(6),
        Duration.ofDays(1)
    };

    private final MeterRegistry registry;
    private final Meters meters;
    private final Tags student;
    private final TrainerStatus status;
    private final LossMeters losses;
    private final NoiseMatrixMeters noiseMatrix;
    private final Map<LineageEvent, Counter> events = new EnumMap<>(LineageEvent.class);
    private final AtomicLong starvedNanos = new AtomicLong();
    private final AtomicLong blockedNanos = new AtomicLong();
    private final AtomicLong firstStepMillis = new AtomicLong();
    private final Timer freshStep;
    private final Timer rehearsalStep;
    private final Timer freshness;
    /** When the student began or was rolled back, Unix milliseconds: what was stored before it learns late on purpose. */
    private volatile long freshFrom;

    private final Counter freshSamples;
    private final Counter rehearsedSamples;
    private final Counter skippedSamples;
    private final Map<MissingReason, Counter> missingSamples = new EnumMap<>(MissingReason.class);
    private final Timer checkpoint;
    private final Counter failedCheckpoints;
    private final Counter corruptCheckpoints;
    private final Timer evaluation;
    private final MultiGauge info;

    /** Registers the meters of one student. */
    public TrainerMetrics(MeterRegistry registry, TrainerStatus status) {
        this.registry = registry;
        this.status = status;
        this.student = Tags.of("student", status.student().getStudent());
        this.meters = new Meters(registry, student);
        this.freshStep = step("fresh");
        this.rehearsalStep = step("replay");
        this.freshSamples = samples("fresh");
        this.rehearsedSamples = samples("replay");
        this.skippedSamples = samples("skipped");
        missing(MissingReason.MISSING_REASON_GONE, "gone");
        missing(MissingReason.MISSING_REASON_CHANGED, "changed");
        this.freshness = meters.timer(
                PREFIX + "freshness_seconds",
                "Age of a selected sample when it was learned, since it was stored; samples from before"
                        + " the student began or was rolled back do not count",
                AGES);
        this.checkpoint = meters.timer(PREFIX + "checkpoint_seconds", "Time to write and commit a checkpoint");
        this.evaluation = meters.timer(PREFIX + "evaluation_seconds", "Time of a pass over the holdout");
        this.failedCheckpoints =
                counter("checkpoints_failed_total", "Checkpoints that could not be stored and were tried again");
        this.corruptCheckpoints = counter("checkpoints_corrupt_total", "Checkpoints whose files were not as committed");
        for (LineageEvent event : LineageEvent.values()) {
            events.put(event, counter("lineage_events_total", "Events of the student's lineage", "event", code(event)));
        }
        Stream.concat(Stream.of(RecordParser.Reason.values()), Stream.of(InvalidSampleException.Reason.values()))
                .forEach(this::deadLetters);
        this.losses = new LossMeters(registry, PREFIX + "loss", student);
        this.noiseMatrix = new NoiseMatrixMeters(registry, PREFIX, student);
        this.info = MultiGauge.builder(PREFIX + "info")
                .description("1 for the student that learns, and what it runs on")
                .tags(student)
                .register(registry);
        statusGauges();
        processGauges();
    }

    private void statusGauges() {
        gauge("steps", "Steps done in the student's life", StudentStatus::getStep);
        gauge("trained_samples", "Selected samples learned in the student's life", StudentStatus::getTrained);
        gauge("lag_records", "Records of the curriculum not yet read", StudentStatus::getLag);
        gauge("learning_rate", "Learning rate of the next step", StudentStatus::getLearningRate);
        gauge(
                "agreement_ratio",
                "Share of the newest samples labelled as by the teacher, before learning",
                StudentStatus::getAgreement);
        gauge(
                "holdout_accuracy_ratio",
                "Share of the holdout labelled right; NaN without a holdout",
                s -> s.hasHoldoutAccuracy() ? s.getHoldoutAccuracy() : Double.NaN);
        gauge("spec_generation", "Generation of the training spec in use", StudentStatus::getSpecGeneration);
        gauge(
                "checkpoint_age_seconds",
                "Time since the newest checkpoint was committed; NaN before the first",
                TrainerMetrics::age);
        for (StudentState state : StudentState.values()) {
            if (state != StudentState.UNRECOGNIZED && state != StudentState.STUDENT_STATE_UNSPECIFIED) {
                String name = state.name().substring("STUDENT_STATE_".length()).toLowerCase(Locale.ROOT);
                meters.gauge(
                        PREFIX + "state",
                        "1 for the state that the student is in",
                        () -> status.student().getState() == state ? 1 : 0,
                        "state",
                        name);
            }
        }
    }

    private void processGauges() {
        meters.gauge(
                PREFIX + "first_step_seconds",
                "Time from the start of the process to its first step; 0 before it",
                () -> firstStepMillis.get() / 1e3);
        meters.gauge(PREFIX + "native_arrays", "Native arrays that this process holds", Torch::liveArrays);
        meters.seconds(PREFIX + "starvation_seconds_total", "Time that training waited for samples", starvedNanos);
        meters.seconds(
                PREFIX + "saturation_seconds_total",
                "Time that the full queue of training stopped the reading",
                blockedNanos);
    }

    private Timer step(String kind) {
        return meters.timer(PREFIX + "step_seconds", "Time of one training step", "kind", kind);
    }

    private Counter samples(String kind) {
        return counter("samples_total", "Samples that this process learned, rehearsed or left out", "kind", kind);
    }

    private void missing(MissingReason reason, String label) {
        missingSamples.put(
                reason,
                counter(
                        "missing_samples_total",
                        "Samples that this process left out because what they refer to was gone or changed",
                        "reason",
                        label));
    }

    private Counter counter(String name, String description, String... labels) {
        return meters.counter(PREFIX + name, description, labels);
    }

    private void gauge(String name, String description, ToDoubleFunction<StudentStatus> value) {
        meters.gauge(PREFIX + name, description, () -> value.applyAsDouble(status.student()));
    }

    private static double age(StudentStatus student) {
        if (!student.hasCheckpointTime()) {
            return Double.NaN;
        }
        Instant time = Instant.ofEpochSecond(
                student.getCheckpointTime().getSeconds(),
                student.getCheckpointTime().getNanos());
        return Duration.between(time, Instant.now()).toMillis() / 1000.0;
    }

    private static String code(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** A student learns from here on. */
    public void opened(String curriculum, LineageEvent how) {
        info.register(List.of(MultiGauge.Row.of(Tags.of("curriculum", curriculum, "device", Torch.device()), 1)), true);
        happened(how);
    }

    /** Something that changes the student's line of descent. */
    public void happened(LineageEvent event) {
        Objects.requireNonNull(events.get(event)).increment();
        if (event == LineageEvent.BEGUN || event == LineageEvent.ROLLED_BACK) {
            freshFrom = System.currentTimeMillis();
        }
        if (event == LineageEvent.DIVERGED) {
            losses.set(StepResult.TOTAL, Double.NaN);
        }
    }

    public void stepped(boolean fresh, int samples, long nanos) {
        if (firstStepMillis.get() == 0) {
            long started = ManagementFactory.getRuntimeMXBean().getStartTime();
            firstStepMillis.set(Math.max(1, System.currentTimeMillis() - started));
            LOGGER.info(
                    "first step student={} millis_since_start={}",
                    status.student().getStudent(),
                    firstStepMillis.get());
        }
        (fresh ? freshStep : rehearsalStep).record(nanos, TimeUnit.NANOSECONDS);
        (fresh ? freshSamples : rehearsedSamples).increment(samples);
    }

    /** Samples are learned now for the first time. */
    public void fresh(List<TrainingSample> samples) {
        long now = System.currentTimeMillis();
        samples.stream()
                .mapToLong(sample -> sample.selection().sampleTimeMillis())
                .filter(stored -> stored > 0 && stored >= freshFrom)
                .forEach(stored -> freshness.record(Math.max(0, now - stored), TimeUnit.MILLISECONDS));
    }

    /** The newest losses; terms that are no longer among them are not shown any more. */
    public void losses(Map<String, Double> newest) {
        losses.set(newest);
    }

    public void skipped() {
        skippedSamples.increment();
    }

    /** Samples are left out because they are missing. */
    public void missing(MissingReason reason, long samples) {
        Counter counter = missingSamples.get(reason);
        if (counter != null) {
            counter.increment(samples);
        }
    }

    public void deadLetter(Enum<?> reason) {
        deadLetters(reason).increment();
    }

    private Counter deadLetters(Enum<?> reason) {
        return counter(
                "dead_letters_total", "Records that could not be learned from", "reason", DeadLetters.code(reason));
    }

    public void starved(long nanos) {
        starvedNanos.addAndGet(nanos);
    }

    @Override
    public void blocked(long nanos) {
        blockedNanos.addAndGet(nanos);
    }

    @Override
    public Runnable reading(Consumer<?, ?> consumer) {
        KafkaClientMetrics meters = new KafkaClientMetrics(consumer);
        meters.bindTo(registry);
        return meters::close;
    }

    /** A checkpoint was committed with this noise adaptation matrix, row by row; empty for none. */
    public void checkpointed(long nanos, List<List<Float>> q) {
        checkpoint.record(nanos, TimeUnit.NANOSECONDS);
        noiseMatrix.set(q);
    }

    public void checkpointFailed() {
        failedCheckpoints.increment();
    }

    public void checkpointCorrupt() {
        corruptCheckpoints.increment();
    }

    public void evaluated(long nanos) {
        evaluation.record(nanos, TimeUnit.NANOSECONDS);
    }
}
