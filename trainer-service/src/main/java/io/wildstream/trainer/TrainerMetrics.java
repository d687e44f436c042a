package io.wildstream.trainer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.engine.torch.Torch;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All meters of the trainer, each with the label {@code student}. Counters count since the process began; what was learned in all is
 * in the checkpoint.
 */
public final class TrainerMetrics {

    private static final Logger LOGGER = LoggerFactory.getLogger(TrainerMetrics.class);
    private static final String PREFIX = "wildstream_trainer_";

    private final MeterRegistry registry;
    private final Tags student;
    private final TrainerStatus status;
    private final Map<String, Double> losses = new ConcurrentHashMap<>();
    private final AtomicLong starvedNanos = new AtomicLong();
    private final AtomicLong blockedNanos = new AtomicLong();
    private final Timer freshStep;
    private final Timer replayStep;
    private final Counter freshSamples;
    private final Counter replaySamples;
    private final Counter skippedSamples;
    private final Timer checkpoint;
    private final Counter failedCheckpoints;
    private final Counter corruptCheckpoints;
    private final Timer evaluation;
    private final AtomicLong firstStepMillis = new AtomicLong();

    /** Registers the meters of one student. */
    TrainerMetrics(MeterRegistry registry, TrainerStatus status) {
        this.registry = registry;
        this.status = status;
        this.student = Tags.of("student", status.student().getStudent());
        this.freshStep = step("fresh");
        this.replayStep = step("replay");
        this.freshSamples = samples("fresh");
        this.replaySamples = samples("replay");
        this.skippedSamples = samples("skipped");
        this.checkpoint = timer("checkpoint_duration", "Time to write and commit a checkpoint", student);
        this.evaluation = timer("evaluation_duration", "Time of a pass over the holdout", student);
        this.failedCheckpoints =
                counter("checkpoints_failed", "Checkpoints that could not be stored and were tried again");
        this.corruptCheckpoints = counter("checkpoints_corrupt", "Checkpoints whose files were not as committed");
        Gauge.builder(PREFIX + "first_step_seconds", firstStepMillis, millis -> millis.get() / 1e3)
                .description("Time from the start of the process to its first step; 0 before it")
                .tags(student)
                .register(registry);
        gauge("step", "Steps done in the student's life", StudentStatus::getStep);
        gauge("trained", "Selected samples learned in the student's life", StudentStatus::getTrained);
        gauge("lag", "Records of the curriculum that are not read yet", StudentStatus::getLag);
        gauge("learning_rate", "Learning rate of the next step", StudentStatus::getLearningRate);
        gauge(
                "agreement",
                "Share of the newest samples labelled as by the teacher, before learning",
                StudentStatus::getAgreement);
        gauge(
                "holdout_accuracy",
                "Share of the holdout labelled right; NaN without a holdout",
                s -> s.hasHoldoutAccuracy() ? s.getHoldoutAccuracy() : Double.NaN);
        gauge("spec_generation", "Generation of the training spec in use", StudentStatus::getSpecGeneration);
        gauge(
                "state",
                "1 waiting, 2 training, 3 paused, 4 finished, 5 failed",
                s -> s.getState().getNumber());
        gauge(
                "checkpoint_age_seconds",
                "Seconds since the newest checkpoint; NaN before the first",
                TrainerMetrics::age);
        Gauge.builder(PREFIX + "native_arrays", Torch::liveArrays)
                .description("Native arrays that this process holds")
                .tags(student)
                .register(registry);
        seconds("starvation_seconds", "Time that training waited for samples", starvedNanos);
        seconds("backpressure_seconds", "Time that reading waited for training", blockedNanos);
    }

    private Timer step(String kind) {
        return timer("step_duration", "Time of one training step", student.and("kind", kind));
    }

    private Timer timer(String name, String description, Tags tags) {
        return Timer.builder(PREFIX + name)
                .description(description)
                .tags(tags)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(1))
                .register(registry);
    }

    private Counter samples(String kind) {
        return Counter.builder(PREFIX + "samples")
                .description("Samples that this process learned, rehearsed or left out")
                .tags(student.and("kind", kind))
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(PREFIX + name)
                .description(description)
                .tags(student)
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<StudentStatus> value) {
        Gauge.builder(PREFIX + name, status, s -> value.applyAsDouble(s.student()))
                .description(description)
                .tags(student)
                .register(registry);
    }

    private void seconds(String name, String description, AtomicLong nanos) {
        FunctionCounter.builder(PREFIX + name, nanos, n -> n.get() / 1e9)
                .description(description)
                .tags(student)
                .register(registry);
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

    void stepped(boolean fresh, int samples, long nanos) {
        if (firstStepMillis.get() == 0) {
            long started = ManagementFactory.getRuntimeMXBean().getStartTime();
            firstStepMillis.set(Math.max(1, System.currentTimeMillis() - started));
            LOGGER.info(
                    "first step student={} millis_since_start={}",
                    status.student().getStudent(),
                    firstStepMillis.get());
        }
        (fresh ? freshStep : replayStep).record(nanos, TimeUnit.NANOSECONDS);
        (fresh ? freshSamples : replaySamples).increment(samples);
    }

    void losses(Map<String, Double> newest) {
        newest.forEach((term, value) -> {
            if (losses.put(term, value) == null) {
                Gauge.builder(PREFIX + "loss", losses, all -> all.getOrDefault(term, Double.NaN))
                        .description("Weighted loss terms, averaged over the last steps")
                        .tags(student.and("term", term))
                        .register(registry);
            }
        });
    }

    void skipped() {
        skippedSamples.increment();
    }

    void deadLetter(Enum<?> reason) {
        Counter.builder(PREFIX + "dead_letters")
                .description("Records that could not be learned from")
                .tags(student.and("reason", DeadLetters.code(reason)))
                .register(registry)
                .increment();
    }

    void starved(long nanos) {
        starvedNanos.addAndGet(nanos);
    }

    void blocked(long nanos) {
        blockedNanos.addAndGet(nanos);
    }

    void checkpointed(long nanos) {
        checkpoint.record(nanos, TimeUnit.NANOSECONDS);
    }

    void checkpointFailed() {
        failedCheckpoints.increment();
    }

    void checkpointCorrupt() {
        corruptCheckpoints.increment();
    }

    void evaluated(long nanos) {
        evaluation.record(nanos, TimeUnit.NANOSECONDS);
    }
}
