package io.wildstream.teacher;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.wildstream.engine.torch.Torch;
import io.wildstream.teacher.SampleStream.Committed;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * All meters of the stage. Records are counted when their transaction is committed; counts end with the process, so the committed topics,
 * not these, prove that nothing is lost.
 */
public final class TeacherMetrics {

    /** The timed steps of a poll; {@code COMMIT} is the transaction: sending, offsets, commit. */
    public enum Step {
        DECODE,
        FORWARD,
        COMMIT
    }

    private static final String NAME = "wildstream.teacher.";
    private static final double[] BATCH_SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096};
    private static final Duration[] DURATIONS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final Counter records;
    private final Counter outputs;
    private final Counter endMarkers;
    private final Counter committed;
    private final Counter failed;
    private final Counter loaded;
    private final Counter notLoaded;
    private final DistributionSummary batchSizes;
    private final Map<Step, Timer> steps = new EnumMap<>(Step.class);
    private final AtomicLong lag = new AtomicLong();
    private final AtomicLong generation = new AtomicLong();
    private final AtomicLong outputCount = new AtomicLong();
    private final AtomicLong deadLetterCount = new AtomicLong();

    /** Registers the meters. */
    public TeacherMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.records = counter("records", "Records of samples whose outcome is committed");
        this.outputs = counter("outputs", "Teacher outputs committed");
        this.endMarkers = counter("end.markers", "End-of-stream markers passed on");
        this.committed = counter("transactions", "Transactions by result", "result", "committed");
        this.failed = counter("transactions", "Transactions by result", "result", "failed");
        this.loaded = counter("model.loads", "Models loaded by result", "result", "loaded");
        this.notLoaded = counter("model.loads", "Models loaded by result", "result", "refused");
        this.batchSizes = DistributionSummary.builder(NAME + "batch.size")
                .description("Samples of a forward pass")
                .serviceLevelObjectives(BATCH_SIZES)
                .register(registry);
        for (Step step : Step.values()) {
            steps.put(step, timer(step));
        }
        gauge("lag", "Records of samples waiting in the partitions of this instance", lag);
        Gauge.builder(NAME + "native.arrays", Torch::liveArrays)
                .description("Native arrays that this process holds")
                .register(registry);
        gauge("generation", "Generation of the teacher that answers", generation);
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
        outputs.increment(written.outputs());
        endMarkers.increment(written.endMarkers());
        written.deadLetters()
                .forEach(
                        (reason, count) -> counter("dead.letters", "Dead letters committed by reason", "reason", reason)
                                .increment(count));
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

    /** The generation that answers from now on. */
    public void generation(long current) {
        generation.set(current);
    }

    /** Outputs committed since the start. */
    public long outputs() {
        return outputCount.get();
    }

    /** Dead letters committed since the start. */
    public long deadLetters() {
        return deadLetterCount.get();
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(NAME + name).description(description).tags(tags).register(registry);
    }

    private Timer timer(Step step) {
        return Timer.builder(NAME + "step")
                .description("Time of a step of a batch (decode, forward) or of a transaction (commit)")
                .tag("step", step.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(DURATIONS)
                .register(registry);
    }

    private void gauge(String name, String description, AtomicLong value) {
        Gauge.builder(NAME + name, value, AtomicLong::get)
                .description(description)
                .register(registry);
    }
}
