// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import io.wildstream.client.count.StreamCounts;
import io.wildstream.lab.report.Check;
import io.wildstream.lab.report.ReportChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What must hold after a soak: that nothing was lost or learned twice, and that the backlog stayed within its bound. */
record SoakChecks(SoakSettings settings, SoakReadings readings) {

    /** Samples of one ingest call that may be on their way when the gateway stops to ask for more. */
    static final int IN_FLIGHT = 2048;

    /**
     * The checks.
     *
     * @param stored samples that the gateway said it had stored, or -1 when a call went without an answer
     */
    List<Check> of(StreamCounts counts, long stored) {
        Map<String, String> students =
                settings.curricula().stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
        List<Check> checks = new ArrayList<>(ReportChecks.of(counts, students, stored, Map.of()));
        checks.add(new Check("dead letters: none", counts.deadLetters() == 0, Long.toString(counts.deadLetters())));
        if (settings.maxBacklog() > 0) {
            checks.add(new Check(
                    "backlog: bounded",
                    readings.largestBacklog() <= settings.maxBacklog() + IN_FLIGHT,
                    String.format(Locale.ROOT, "%,.0f of %,d", readings.largestBacklog(), settings.maxBacklog())));
        }
        if (settings.overload()) {
            checks.add(new Check(
                    "overload: the feeder was held",
                    readings.heldSeconds() > 0,
                    String.format(Locale.ROOT, "%,.0f s", readings.heldSeconds())));
        }
        return checks;
    }
}
