// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Makes a service's meters: all durations on one scale, names as Prometheus shows them. */
public final class Meters {

    private static final Duration[] SCALE = LongStream.of(
                    1,
                    10,
                    50,
                    100,
                    500,
                    1_000,
                    5_000,
                    10_000,
                    25_000,
                    50_000,
                    100_000,
                    250_000,
                    500_000,
                    1_000_000,
                    5_000_000,
                    10_000_000,
                    30_000_000)
            .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Tags common;

    /**
     * Prepares.
     *
     * @param common labels of every meter
     */
    public Meters(MeterRegistry registry, Tags common) {
        this.registry = registry;
        this.common = common;
    }

    /** Prepares for meters without common labels. */
    public Meters(MeterRegistry registry) {
        this(registry, Tags.empty());
    }

    /** Upper bounds of the buckets of every duration, 1 µs to 30 s. */
    public static Duration[] scale() {
        return SCALE.clone();
    }

    /** A counter; registered a second time it is the same one. */
    public Counter counter(String name, String description, String... labels) {
        return Counter.builder(name)
                .description(description)
                .tags(common.and(labels))
                .register(registry);
    }

    /** A histogram of durations on the {@link #scale() scale} of all. */
    public Timer timer(String name, String description, String... labels) {
        return timer(name, description, SCALE, labels);
    }

    /** A histogram of durations of another kind, such as ages, on a scale of their own. */
    public Timer timer(String name, String description, Duration[] scale, String... labels) {
        return Timer.builder(name)
                .description(description)
                .tags(common.and(labels))
                .serviceLevelObjectives(scale)
                .register(registry);
    }

    /** A gauge; it takes the place of an earlier one, which shows what belonged to an application that has ended in this process. */
    public void gauge(String name, String description, Supplier<Number> value, String... labels) {
        Tags tags = common.and(labels);
        registry.find(name).gauges().stream()
                .filter(earlier -> Tags.of(earlier.getId().getTags()).equals(tags))
                .forEach(registry::remove);
        Gauge.builder(name, value).description(description).tags(tags).register(registry);
    }

    /** Seconds that are counted in nanoseconds. */
    public void seconds(String name, String description, AtomicLong nanos, String... labels) {
        FunctionCounter.builder(name, nanos, counted -> counted.get() / 1e9)
                .description(description)
                .tags(common.and(labels))
                .register(registry);
    }
}
