// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a soak reads while it feeds: processes and disk every few seconds, heaps a few times after the warm-up. Not thread-safe. */
final class SoakReadings {

    private static final double READ_SECONDS = 5;
    private static final int HEAP_READINGS = 8;
    private static final List<String> DIRECTORIES = List.of("broker", "checkpoints", "selector");

    private final Measurements measurements;
    private final Path directory;
    private final double length;
    private final double heapInterval;
    private final Map<String, Series> disk = new LinkedHashMap<>();
    private double nextRead;
    private double nextHeap;
    private double largestBacklog;
    private double heldSeconds;
    private double endedCalls;

    SoakReadings(SoakSettings settings, Measurements measurements, Path directory) {
        this.measurements = measurements;
        this.directory = directory;
        this.length = seconds(settings.length());
        this.nextHeap = seconds(settings.warmUp());
        this.heapInterval = (length - nextHeap) / HEAP_READINGS;
    }

    /** Reads what is due; says whether the time of feeding is over, and reads nothing then. */
    boolean take(Duration elapsed) {
        double now = seconds(elapsed);
        if (now >= length) {
            return true;
        }
        if (now >= nextRead) {
            read(now);
            nextRead = now + READ_SECONDS;
        }
        if (now >= nextHeap) {
            measurements.readHeaps(now);
            nextHeap = now + heapInterval;
        }
        return false;
    }

    /** Reads the heaps for the last time; returns the seconds of the feeding. */
    double end(Duration elapsed) {
        double now = seconds(elapsed);
        measurements.readHeaps(now);
        return now;
    }

    private void read(double now) {
        measurements.read(now);
        measurements
                .gateway("wildstream_gateway_backlog_records")
                .ifPresent(records -> largestBacklog = Math.max(largestBacklog, records));
        measurements.gateway("wildstream_gateway_backlog_full_seconds_total").ifPresent(held -> heldSeconds = held);
        measurements.gateway("wildstream_gateway_calls_overloaded_total").ifPresent(calls -> endedCalls = calls);
        for (String part : DIRECTORIES) {
            double size = ProcessProbe.directory(directory.resolve(part));
            if (!Double.isNaN(size)) {
                disk.computeIfAbsent(part, name -> new Series()).add(now, size);
            }
        }
    }

    /** All series by process. */
    Map<String, Map<Quantity, Series>> processes() {
        return measurements.processes();
    }

    /** Megabytes on disk by what they hold. */
    Map<String, Series> disk() {
        return disk;
    }

    /** Most samples that waited for the teacher. */
    double largestBacklog() {
        return largestBacklog;
    }

    /** Seconds for which the gateway took no samples, as the backlog was full. */
    double heldSeconds() {
        return heldSeconds;
    }

    /** Calls that the gateway ended for that reason. */
    double endedCalls() {
        return endedCalls;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
