// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.selection.RuleReport;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selector.curriculum.Curriculum;
import io.wildstream.selector.input.RejectionReason;
import io.wildstream.service.Meters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;

/**
 * All meters of the selector, by the names that Prometheus shows; {@code docs/metrics.md} is the catalogue. Counts are of this process:
 * they start at 0 with it and count a record again that an aborted transaction had processed; what was selected is counted in the
 * committed topics.
 */
public final class SelectorMetrics {

    /** Records read from {@code teacher-outputs}, end markers included. */
    public static final String RECORDS = "wildstream_selector_records_total";
    /** Decisions by {@link #CURRICULUM} and {@link #DECISION}. */
    public static final String DECISIONS = "wildstream_selector_decisions_total";
    /** Samples kept by {@link #CURRICULUM} and {@link #LABEL}. */
    public static final String KEPT = "wildstream_selector_kept_total";
    /** Share of the stream that a policy asks for, by {@link #CURRICULUM}; none for a policy that asks for no share. */
    public static final String ASKED = "wildstream_selector_keep_rate_asked_ratio";
    /** Dead letters by {@link #REASON}. */
    public static final String DEAD_LETTERS = "wildstream_selector_dead_letters_total";
    /** Seconds per record by {@link #STEP}, one record in {@value #TIMED_EVERY} timed. */
    public static final String STEPS = "wildstream_selector_step_seconds";
    /** Noise values seen. */
    public static final String NOISE_VALUE = "wildstream_selector_noise_value";
    /** Samples seen by {@link #LABEL}. */
    public static final String PSEUDO_LABELS = "wildstream_selector_pseudo_labels_total";
    /** Score up to which is kept, mean over the instance's partitions, by {@link #CURRICULUM} and {@link #LABEL}. */
    public static final String THRESHOLD = "wildstream_selector_threshold";
    /** Share of the classes seen whose quantile rests on enough samples, by {@link #CURRICULUM}. */
    public static final String WARM = "wildstream_selector_warm_ratio";
    /** Records of {@code teacher-outputs} not yet read, over the instance's partitions. */
    public static final String LAG = "wildstream_selector_lag_records";
    /** Records of {@code samples} between the oldest that is kept and those whose payload was brought last; not there before one was. */
    public static final String HORIZON = "wildstream_selector_payload_horizon_records";
    /** Changes of the stream noticed, by {@link #SIGNAL}. */
    public static final String DRIFTS = "wildstream_selector_drifts_total";

    /** Label: {@code noise_value} or {@code class_mix}. */
    public static final String SIGNAL = "signal";
    /** Label: name of the curriculum. */
    public static final String CURRICULUM = "curriculum";
    /** Label: {@code kept} or {@code not_kept}. */
    public static final String DECISION = "decision";
    /** Label: code of a {@link RejectionReason}. */
    public static final String REASON = "reason";
    /** Label: a {@link Step}. */
    public static final String STEP = "step";
    /** Label: the pseudo-label below {@value #MAX_LABELS}; {@code other} above, {@code all} where one threshold holds for all. */
    public static final String LABEL = "label";

    /** Pseudo-labels that have series of their own. */
    public static final int MAX_LABELS = 100;

    private static final int TIMED_EVERY = 32;
    private static final long NOT_TIMED = Long.MIN_VALUE;
    private static final double[] NOISE_BOUNDS = {
        1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5
    };
    private final MeterRegistry registry;
    private final Meters meters;
    private final Counter records;
    private final Map<RejectionReason, Counter> deadLetters = new EnumMap<>(RejectionReason.class);
    private final Counter noiseDrifts;
    private final Counter mixDrifts;
    private final Map<Step, Timer> steps = new EnumMap<>(Step.class);
    private final DistributionSummary noiseValues;
    private final ByLabel pseudoLabels;
    private final MultiGauge thresholds;
    private final MultiGauge warm;
    private final MultiGauge asked;
    private final Map<String, CurriculumMeters> byCurriculum = new ConcurrentHashMap<>();

    /** What is timed. */
    public enum Step {
        /** Parse, check and score. */
        READ,
        /** One curriculum's decision with its state. */
        DECIDE,
        /** Bring the payload of a sample that is kept from {@code samples}. */
        PAYLOAD,
        /** Build and hand over one curriculum's record. */
        FORWARD
    }

    /** Counters of one curriculum. */
    public record CurriculumMeters(Counter keptCounter, Counter notKeptCounter, ByLabel keptByLabel) {

        public void kept(int pseudoLabel) {
            keptCounter.increment();
            keptByLabel.increment(pseudoLabel);
        }

        public void notKept() {
            notKeptCounter.increment();
        }
    }

    /** One counter for each pseudo-label, made at its first sample. Thread safe. */
    static final class ByLabel {
        private final Map<Integer, Counter> counters = new ConcurrentHashMap<>();
        private final IntFunction<Counter> maker;

        ByLabel(IntFunction<Counter> maker) {
            this.maker = maker;
        }

        void increment(int pseudoLabel) {
            counters.computeIfAbsent(Math.min(pseudoLabel, MAX_LABELS), maker::apply)
                    .increment();
        }
    }

    public SelectorMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.meters = new Meters(registry);
        records = counter(RECORDS, "Records read from teacher-outputs, end markers included");
        for (RejectionReason reason : RejectionReason.values()) {
            deadLetters.put(reason, counter(DEAD_LETTERS, "Dead letters written", REASON, DeadLetters.code(reason)));
        }
        noiseDrifts = counter(DRIFTS, "Changes of the stream noticed", SIGNAL, "noise_value");
        mixDrifts = counter(DRIFTS, "Changes of the stream noticed", SIGNAL, "class_mix");
        for (Step step : Step.values()) {
            steps.put(step, timer(step));
        }
        noiseValues = DistributionSummary.builder(NOISE_VALUE)
                .description("Noise values of the samples read, in nats; small is useful")
                .serviceLevelObjectives(NOISE_BOUNDS)
                .register(registry);
        pseudoLabels =
                new ByLabel(label -> counter(PSEUDO_LABELS, "Samples read, by pseudo-label", LABEL, text(label)));
        thresholds = MultiGauge.builder(THRESHOLD)
                .description("Score up to which is kept, mean over this instance's partitions")
                .register(registry);
        warm = MultiGauge.builder(WARM)
                .description("Share of the classes seen whose quantile rests on enough samples")
                .register(registry);
        asked = MultiGauge.builder(ASKED)
                .description("Share of the stream that the policy asks for; none for a policy of no share")
                .register(registry);
    }

    public void read() {
        records.increment();
    }

    public void deadLetter(RejectionReason reason) {
        Objects.requireNonNull(deadLetters.get(reason)).increment();
    }

    public double deadLetters() {
        return deadLetters.values().stream().mapToDouble(Counter::count).sum();
    }

    public void drift(DriftEvent event) {
        (event.getSignal() == DriftEvent.Signal.SIGNAL_CLASS_MIX ? mixDrifts : noiseDrifts).increment();
    }

    public double drifts() {
        return noiseDrifts.count() + mixDrifts.count();
    }

    /** A sample was read, which all curricula will decide on. */
    public void sample(ScoredSample sample) {
        noiseValues.record(sample.noiseValue());
        pseudoLabels.increment(sample.pseudoLabel());
    }

    /** Begins to time a step, if this is one of the records that are timed. */
    public long start() {
        if ((long) records.count() % TIMED_EVERY == 0) {
            return System.nanoTime();
        }
        return NOT_TIMED;
    }

    /** Ends what {@link #start} began. */
    public void stop(Step step, long start) {
        if (start != NOT_TIMED) {
            Objects.requireNonNull(steps.get(step)).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        }
    }

    /** The counters of a curriculum, made at its first use. */
    public CurriculumMeters curriculum(String name) {
        return byCurriculum.computeIfAbsent(
                name,
                key -> new CurriculumMeters(
                        decisions(key, "kept"),
                        decisions(key, "not_kept"),
                        new ByLabel(label ->
                                counter(KEPT, "Samples kept, by pseudo-label", CURRICULUM, key, LABEL, text(label)))));
    }

    /** Shows the lag by asking for it at each scrape. */
    public void lag(DoubleSupplier lag) {
        meters.gauge(
                LAG, "Records of teacher-outputs not yet read, in the partitions of this instance", lag::getAsDouble);
    }

    /** Shows how near the payloads are to what {@code samples} forgets, by asking for it at each scrape. */
    public void horizon(Supplier<OptionalLong> horizon) {
        meters.gauge(
                HORIZON,
                "Records of samples between the oldest that is kept and the payloads brought last, the least of all partitions",
                () -> {
                    OptionalLong records = horizon.get();
                    return records.isPresent() ? records.getAsLong() : Double.NaN;
                });
    }

    /** Shows what Kafka Streams and its clients measure of themselves, until it is closed. */
    public KafkaStreamsMetrics streams(KafkaStreams streams) {
        KafkaStreamsMetrics meters = new KafkaStreamsMetrics(streams);
        meters.bindTo(registry);
        return meters;
    }

    /** Shows what the policies ask for and the newest thresholds. */
    public void reports(Collection<Curriculum> curricula, Map<String, RuleReport> reports) {
        List<MultiGauge.Row<?>> askedRows = new ArrayList<>();
        curricula.forEach(curriculum -> curriculum
                .askedRate()
                .ifPresent(rate -> askedRows.add(MultiGauge.Row.of(Tags.of(CURRICULUM, curriculum.name()), rate))));
        List<MultiGauge.Row<?>> thresholdRows = new ArrayList<>();
        List<MultiGauge.Row<?>> warmRows = new ArrayList<>();
        reports.forEach((name, report) -> {
            warmRows.add(MultiGauge.Row.of(Tags.of(CURRICULUM, name), report.warm()));
            List<Double> values = report.thresholds();
            for (int label = 0; label < Math.min(values.size(), MAX_LABELS); label++) {
                String text = values.size() == 1 ? "all" : text(label);
                thresholdRows.add(MultiGauge.Row.of(Tags.of(CURRICULUM, name, LABEL, text), values.get(label)));
            }
        });
        asked.register(askedRows, true);
        thresholds.register(thresholdRows, true);
        warm.register(warmRows, true);
    }

    private static String text(int label) {
        return label < MAX_LABELS ? Integer.toString(label) : "other";
    }

    private Timer timer(Step step) {
        return meters.timer(
                STEPS,
                "Time of a step of one record, one record in " + TIMED_EVERY + " timed",
                STEP,
                step.name().toLowerCase(Locale.ROOT));
    }

    private Counter decisions(String curriculum, String decision) {
        return counter(DECISIONS, "Samples decided on", CURRICULUM, curriculum, DECISION, decision);
    }

    private Counter counter(String name, String description, String... tags) {
        return meters.counter(name, description, tags);
    }
}
