// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import io.wildstream.client.text.TerminalText;
import io.wildstream.lab.run.StreamView;
import io.wildstream.lab.terminal.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows how far a soak is, what waits, and what instances report to be wrong. */
record SoakScreen(SoakSettings settings, SoakReadings readings, Screen screen) {

    /**
     * Shows a view.
     *
     * @param remark behind the time; may be empty
     * @throws io.wildstream.cluster.ClusterException when a student has failed
     */
    void show(StreamView view, String remark) {
        view.requireNoFailure(settings.curricula());
        String line = line(view, remark);
        List<String> problems = problems(view);
        List<String> block = new ArrayList<>(view.progress().block());
        block.add(line);
        block.addAll(problems);
        screen.show(block, line.strip() + "; " + view.progress().line() + String.join("", problems));
    }

    private String line(StreamView view, String remark) {
        return String.format(
                Locale.ROOT,
                "  %.1f of %.1f min%s; waiting %,.0f, held %,.0f s",
                view.elapsed().toMillis() / 60000.0,
                settings.length().toMillis() / 60000.0,
                remark,
                readings.largestBacklog(),
                readings.heldSeconds());
    }

    private static List<String> problems(StreamView view) {
        return view.status().getInstancesList().stream()
                .filter(instance -> !instance.getProblem().isEmpty())
                .map(instance ->
                        "  problem   " + TerminalText.printable(instance.getInstance() + ": " + instance.getProblem()))
                .toList();
    }
}
