// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import static io.wildstream.lab.chaos.ChaosText.text;

import io.wildstream.cluster.process.ChildProcess;
import io.wildstream.cluster.process.Supervisor;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.terminal.ScreenListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Counts and shows the deaths that no fault of the plan has caused. */
record UnplannedDeaths(Screen screen, Map<String, Integer> counts) implements Supervisor.Listener {

    UnplannedDeaths(Screen screen) {
        this(screen, new ConcurrentSkipListMap<>());
    }

    @Override
    public void died(ChildProcess process, int exitStatus, Duration pause) {
        counts.merge(process.name(), 1, Integer::sum);
        screen.say(text(
                "process     %s died by itself (exit status %d), starting it again in %.1f s; its log: %s",
                process.name(), exitStatus, pause.toMillis() / 1000.0, process.log()));
    }

    @Override
    public void restarted(ChildProcess process) {
        // Every fault but a stop ends so.
    }

    @Override
    public void givenUp(ChildProcess process, int exitStatus) {
        new ScreenListener(screen).givenUp(process, exitStatus);
    }

    @Override
    public void takenOver(ChildProcess process) {
        new ScreenListener(screen).takenOver(process);
    }
}
