// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.wildstream.lab.report.Check;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a soak found.
 *
 * @param version version of this format
 * @param run settings of the run
 * @param processes what each process used, by process and quantity
 * @param disk what is stored on disk, by what it is; it grows with the stream, since topics are kept
 * @param load what was fed
 * @param restarts processes that died and were started again
 * @param checks whether nothing was lost
 * @param seconds from the command to this report
 */
public record SoakReport(
        int version,
        Run run,
        Map<String, Map<String, Measured>> processes,
        Map<String, Disk> disk,
        Load load,
        Map<String, Integer> restarts,
        List<Check> checks,
        double seconds) {

    private static final int VERSION = 1;

    /** Minutes of feeding, seconds of them that are not judged, pace (0 for as fast as it goes), bound of the backlog, replay window. */
    public record Run(
            double minutes,
            double warmUpSeconds,
            double samplesPerSecond,
            long maxBacklog,
            int replayWindow,
            List<String> curricula,
            long seed) {

        static Run of(SoakSettings settings) {
            return new Run(
                    settings.length().toMillis() / 60000.0,
                    settings.warmUp().toMillis() / 1000.0,
                    settings.overload() ? 0 : settings.samplesPerSecond(),
                    settings.maxBacklog(),
                    settings.replayWindow(),
                    settings.curricula(),
                    settings.seed());
        }
    }

    /**
     * A quantity over the judged part of the run.
     *
     * @param start of the fitted line
     * @param end of the fitted line
     * @param perHour its slope
     * @param largest reading of the whole run
     * @param tolerance growth of the line from start to end that counts as none
     * @param grows whether it grew by more
     * @param seconds times of all readings since the feeding began
     * @param readings all readings
     */
    public record Measured(
            double start,
            double end,
            double perHour,
            double largest,
            double tolerance,
            boolean grows,
            List<Double> seconds,
            List<Double> readings) {

        static Measured of(Quantity quantity, Series all, double from, boolean overload) {
            Series judged = all.from(from).isEmpty() ? all : all.from(from);
            Series.Line line = judged.line();
            double tolerance = quantity.tolerance(line.start(), overload);
            return new Measured(
                    line.start(),
                    line.end(),
                    line.perHour(),
                    all.largest(),
                    tolerance,
                    line.end() - line.start() > tolerance,
                    all.times(),
                    all.values());
        }
    }

    /** Megabytes at the beginning of the judged part and at the end. */
    public record Disk(double start, double end, double perHour) {

        static Disk of(Series series, double from) {
            Series.Line line = series.from(from).line();
            return new Disk(line.start(), line.end(), line.perHour());
        }
    }

    /**
     * What was fed.
     *
     * @param stored samples that the gateway acknowledged
     * @param samplesPerSecond of them, over the time of feeding
     * @param largestBacklog samples that waited for the teacher at most
     * @param heldSeconds for which the gateway took none, as the backlog was full
     * @param endedCalls calls that the gateway ended for that reason
     */
    public record Load(
            long stored, double samplesPerSecond, double largestBacklog, double heldSeconds, double endedCalls) {}

    /** The report of a soak whose stream has ended. */
    static SoakReport of(
            SoakSettings settings,
            SoakReadings readings,
            Load load,
            Map<String, Integer> restarts,
            List<Check> checks,
            double seconds) {
        double warm = settings.warmUp().toMillis() / 1000.0;
        Map<String, Disk> sizes = new LinkedHashMap<>();
        readings.disk().forEach((part, series) -> sizes.put(part, Disk.of(series, warm)));
        return new SoakReport(
                VERSION,
                Run.of(settings),
                measured(readings.processes(), warm, settings.overload()),
                sizes,
                load,
                restarts,
                checks,
                seconds);
    }

    /** All series as the report shows them. */
    static Map<String, Map<String, Measured>> measured(
            Map<String, Map<Quantity, Series>> series, double from, boolean overload) {
        Map<String, Map<String, Measured>> all = new LinkedHashMap<>();
        series.forEach((process, quantities) -> {
            Map<String, Measured> of = new LinkedHashMap<>();
            quantities.forEach(
                    (quantity, values) -> of.put(quantity.label(), Measured.of(quantity, values, from, overload)));
            all.put(process, of);
        });
        return all;
    }

    /** Whether nothing grew, nothing died and every check holds. */
    @JsonIgnore
    public boolean sound() {
        return restarts.isEmpty()
                && checks.stream().allMatch(Check::holds)
                && processes.values().stream()
                        .flatMap(quantities -> quantities.values().stream())
                        .noneMatch(Measured::grows);
    }

    /** The report as text. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(text(
                "soak        %.1f min, the first %.1f min are warm-up; lines are fitted to the rest",
                run.minutes(), run.warmUpSeconds() / 60));
        lines.add(text(
                "  %-16s %-14s %9s %9s %10s %10s %10s  %s",
                "process", "quantity", "start", "end", "per hour", "largest", "tolerance", "verdict"));
        processes.forEach((process, quantities) ->
                quantities.forEach((quantity, measured) -> lines.add(row(process, quantity, measured))));
        disk.forEach((what, size) -> lines.add(text(
                "  %-16s %-14s %9.1f %9.1f %+10.1f %10s %10s  %s",
                what, "disk MB", size.start(), size.end(), size.perHour(), "", "", "kept by design")));
        lines.add(text(
                "  fed %,d samples, %,.0f/s; at most %,.0f waited for the teacher; held for %,.0f s; %.0f calls ended",
                load.stored(), load.samplesPerSecond(), load.largestBacklog(), load.heldSeconds(), load.endedCalls()));
        restarts.forEach((process, count) -> lines.add(text("  %-7s %s died %d times", "FAILED", process, count)));
        checks.forEach(check ->
                lines.add(text("  %-7s %s (%s)", check.holds() ? "ok" : "FAILED", check.name(), check.detail())));
        return lines;
    }

    private static String row(String process, String quantity, Measured measured) {
        return text(
                "  %-16s %-14s %9.1f %9.1f %+10.1f %10.1f %10.1f  %s",
                process,
                quantity,
                measured.start(),
                measured.end(),
                measured.perHour(),
                measured.largest(),
                measured.tolerance(),
                measured.grows() ? "GROWS" : "flat");
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
