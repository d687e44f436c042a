// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** One gauge for each loss term of the spec in use. */
final class LossMeters {

    private final MeterRegistry registry;
    private final String name;
    private final Tags student;
    private final Map<String, Double> values = new ConcurrentHashMap<>();
    private final Map<String, Gauge> gauges = new ConcurrentHashMap<>();

    LossMeters(MeterRegistry registry, String name, Tags student) {
        this.registry = registry;
        this.name = name;
        this.student = student;
    }

    /** Shows these; terms that are not among them are not shown any more. */
    void set(Map<String, Double> newest) {
        newest.forEach(this::set);
        gauges.keySet().removeIf(term -> {
            if (newest.containsKey(term)) {
                return false;
            }
            registry.remove(Objects.requireNonNull(gauges.get(term)));
            return true;
        });
    }

    /** Shows one. */
    void set(String term, double value) {
        values.put(term, value);
        gauges.computeIfAbsent(
                term,
                made -> Gauge.builder(name, values, all -> all.getOrDefault(made, Double.NaN))
                        .description(
                                "Weighted loss terms, averaged over the last steps; NaN once a loss was NaN or infinite")
                        .tags(student.and("term", made))
                        .register(registry));
    }
}
