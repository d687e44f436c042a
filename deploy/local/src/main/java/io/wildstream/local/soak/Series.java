package io.wildstream.local.soak;

import java.util.ArrayList;
import java.util.List;

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
     * The least-squares line.
     *
     * @param start its value at the first reading
     * @param end its value at the last reading
     * @param perHour its slope
     */
    record Line(double start, double end, double perHour) {}

    /** The line through all readings; a single reading gives a level one. There must be one at least. */
    Line line() {
        double meanTime =
                readings.stream().mapToDouble(Reading::seconds).average().orElseThrow();
        double meanValue =
                readings.stream().mapToDouble(Reading::value).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (Reading reading : readings) {
            double time = reading.seconds() - meanTime;
            products += time * (reading.value() - meanValue);
            squares += time * time;
        }
        double slope = squares == 0 ? 0 : products / squares;
        double first = readings.get(0).seconds();
        double last = readings.get(readings.size() - 1).seconds();
        return new Line(meanValue + slope * (first - meanTime), meanValue + slope * (last - meanTime), slope * 3600);
    }
}
