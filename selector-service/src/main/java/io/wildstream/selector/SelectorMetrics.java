package io.wildstream.selector;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.selector.policy.RuleReport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * All meters of the selector and their label names. Counts are of this process: they start at 0 with it and count a record again that an
 * aborted transaction had processed; what was selected is counted in the committed topics.
 */
final class SelectorMetrics {

    /** Records read from {@code teacher-outputs}, end markers included. */
    static final String RECORDS = "wildstream.selector.records";
    /** Decisions by {@link #CURRICULUM} and {@link #DECISION}. */
    static final String DECISIONS = "wildstream.selector.decisions";
    /** Dead letters by {@link #REASON}. */
    static final String DEAD_LETTERS = "wildstream.selector.dead.letters";
    /** Seconds per record by {@link #STEP}, one record in {@value #TIMED_EVERY} timed. */
    static final String STAGE = "wildstream.selector.stage";
    /** Noise values seen. */
    static final String NOISE_VALUE = "wildstream.selector.noise.value";
    /** Score up to which is kept, mean over the instance's partitions, by {@link #CURRICULUM} and {@link #LABEL}. */
    static final String THRESHOLD = "wildstream.selector.threshold";
    /** Share of the classes seen whose quantile rests on enough samples, by {@link #CURRICULUM}. */
    static final String WARM = "wildstream.selector.warm";
    /** Records of {@code teacher-outputs} not yet read, over the instance's partitions. */
    static final String LAG = "wildstream.selector.lag";

    /** Changes of the stream noticed, by {@link #SIGNAL}. */
    static final String DRIFTS = "wildstream.selector.drifts";

    /** Label: {@code noise_value} or {@code class_mix}. */
    static final String SIGNAL = "signal";
    /** Label: name of the curriculum. */
    static final String CURRICULUM = "curriculum";
    /** Label: {@code kept} or {@code not_kept}. */
    static final String DECISION = "decision";
    /** Label: code of a {@link RejectionReason}. */
    static final String REASON = "reason";
    /** Label: a {@link Step}. */
    static final String STEP = "step";
    /** Label: the pseudo-label, or {@code all} where one threshold holds for all. */
    static final String LABEL = "label";

    private static final int TIMED_EVERY = 32;
    private static final long NOT_TIMED = Long.MIN_VALUE;
    private static final double[] NOISE_BOUNDS = {1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1, 3};

    private final MeterRegistry registry;
    private final Counter records;
    private final Map<RejectionReason, Counter> deadLetters = new EnumMap<>(RejectionReason.class);
    private final Counter noiseDrifts;
    private final Counter mixDrifts;
    private final Map<Step, Timer> stages = new EnumMap<>(Step.class);
    private final DistributionSummary noiseValues;
    private final MultiGauge thresholds;
    private final MultiGauge warm;
    private final Map<String, CurriculumMeters> byCurriculum = new ConcurrentHashMap<>();

    /** What is timed. */
    enum Step {
        /** Parse, check and score. */
        READ,
        /** One curriculum's decision with its state. */
        DECIDE,
        /** Build and hand over one curriculum's record. */
        FORWARD
    }

    /** Counters of one curriculum. */
    record CurriculumMeters(Counter keptCounter, Counter notKeptCounter) {

        void kept() {
            keptCounter.increment();
        }

        void notKept() {
            notKeptCounter.increment();
        }
    }

    SelectorMetrics(MeterRegistry registry) {
        this.registry = registry;
        records = Counter.builder(RECORDS)
                .description("Records read from teacher-outputs, end markers included")
                .register(registry);
        for (RejectionReason reason : RejectionReason.values()) {
            deadLetters.put(
                    reason,
                    Counter.builder(DEAD_LETTERS)
                            .description("Records that could not be used")
                            .tag(REASON, DeadLetters.code(reason))
                            .register(registry));
        }
        noiseDrifts = drifts("noise_value");
        mixDrifts = drifts("class_mix");
        for (Step step : Step.values()) {
            stages.put(
                    step,
                    Timer.builder(STAGE)
                            .description("Time per record and step, sampled")
                            .tag(STEP, step.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        noiseValues = DistributionSummary.builder(NOISE_VALUE)
                .description("Noise values of the records read")
                .serviceLevelObjectives(NOISE_BOUNDS)
                .register(registry);
        thresholds = MultiGauge.builder(THRESHOLD)
                .description("Score up to which is kept")
                .register(registry);
        warm = MultiGauge.builder(WARM)
                .description("Share of the classes seen whose quantile rests on enough samples")
                .register(registry);
    }

    void read() {
        records.increment();
    }

    void deadLetter(RejectionReason reason) {
        Objects.requireNonNull(deadLetters.get(reason)).increment();
    }

    double deadLetters() {
        return deadLetters.values().stream().mapToDouble(Counter::count).sum();
    }

    void drift(DriftEvent event) {
        (event.getSignal() == DriftEvent.Signal.SIGNAL_CLASS_MIX ? mixDrifts : noiseDrifts).increment();
    }

    double drifts() {
        return noiseDrifts.count() + mixDrifts.count();
    }

    void noiseValue(double value) {
        noiseValues.record(value);
    }

    /** Begins to time a step, if this is one of the records that are timed. */
    long start() {
        if ((long) records.count() % TIMED_EVERY == 0) {
            return System.nanoTime();
        }
        return NOT_TIMED;
    }

    /** Ends what {@link #start} began. */
    void stop(Step step, long start) {
        if (start != NOT_TIMED) {
            Objects.requireNonNull(stages.get(step)).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        }
    }

    /** The counters of a curriculum, made at its first use. */
    CurriculumMeters curriculum(String name) {
        return byCurriculum.computeIfAbsent(
                name, key -> new CurriculumMeters(decisions(key, "kept"), decisions(key, "not_kept")));
    }

    /** Shows the lag by asking for it at each scrape. */
    void lag(DoubleSupplier lag) {
        Gauge.builder(LAG, lag::getAsDouble)
                .description("Records of teacher-outputs not yet read")
                .register(registry);
    }

    /** Shows the newest thresholds. */
    void reports(Map<String, RuleReport> reports) {
        List<MultiGauge.Row<?>> thresholdRows = new ArrayList<>();
        List<MultiGauge.Row<?>> warmRows = new ArrayList<>();
        reports.forEach((name, report) -> {
            warmRows.add(MultiGauge.Row.of(Tags.of(CURRICULUM, name), report.warm()));
            List<Double> values = report.thresholds();
            for (int label = 0; label < values.size(); label++) {
                String text = values.size() == 1 ? "all" : Integer.toString(label);
                thresholdRows.add(MultiGauge.Row.of(Tags.of(CURRICULUM, name, LABEL, text), values.get(label)));
            }
        });
        thresholds.register(thresholdRows, true);
        warm.register(warmRows, true);
    }

    private Counter drifts(String signal) {
        return Counter.builder(DRIFTS)
                .description("Changes of the stream noticed")
                .tag(SIGNAL, signal)
                .register(registry);
    }

    private Counter decisions(String curriculum, String decision) {
        return Counter.builder(DECISIONS)
                .description("Samples kept and not kept")
                .tag(CURRICULUM, curriculum)
                .tag(DECISION, decision)
                .register(registry);
    }
}
