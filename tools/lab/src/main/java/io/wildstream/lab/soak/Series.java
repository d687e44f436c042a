// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Readings of one quantity over time, and the straight line through them. Not thread-safe. */
final class Series {

    private record Reading(double seconds, double value) {}

    private final List<Reading> readings = new ArrayList<>();

    void add(double seconds, double value) {
        readings.add(new Reading(seconds, value));
    }

    boolean isEmpty() {
        return readings.isEmpty();
    }

    double largest() {
        return readings.stream().mapToDouble(Reading::value).max().orElse(Double.NaN);
    }

    /** The readings from a time on. */
    Series from(double seconds) {
        Series later = new Series();
        readings.stream().filter(reading -> reading.seconds() >= seconds).forEach(later.readings::add);
        return later;
    }

    /**
     * A straight line.
     *
     * @param start its value at the first reading
     * @param end its value at the last reading
     * @param perHour its slope
     */
    record Line(double start, double end, double perHour) {}

    /**
     * The line of Theil and Sen through all readings: its slope is the median of the slopes between any two, so that a few readings that
     * are far off do not turn it. A single reading gives a level line. There must be one at least.
     *
     * <p>Source: P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, JASA 63 (1968).
     */
    Line line() {
        double slope = median(IntStream.range(0, readings.size())
                .boxed()
                .flatMapToDouble(first -> IntStream.range(first + 1, readings.size())
                        .filter(second -> readings.get(second).seconds()
                                > readings.get(first).seconds())
                        .mapToDouble(second -> slope(readings.get(first), readings.get(second)))));
        double atZero = median(readings.stream().mapToDouble(reading -> reading.value() - slope * reading.seconds()));
        double first = readings.get(0).seconds();
        double last = readings.get(readings.size() - 1).seconds();
        return new Line(atZero + slope * first, atZero + slope * last, slope * 3600);
    }

    /** The times of the readings, seconds. */
    List<Double> times() {
        return readings.stream().map(Reading::seconds).toList();
    }

    /** The readings. */
    List<Double> values() {
        return readings.stream().map(Reading::value).toList();
    }

    private static double slope(Reading first, Reading second) {
        return (second.value() - first.value()) / (second.seconds() - first.seconds());
    }

    /** 0 for no values. */
    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return 0;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
