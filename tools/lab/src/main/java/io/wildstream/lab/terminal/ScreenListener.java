// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import io.wildstream.cluster.process.ChildProcess;
import io.wildstream.cluster.process.Supervisor;
import java.time.Duration;
import java.util.Locale;

/** Shows the user which processes die and are started again. */
public record ScreenListener(Screen screen) implements Supervisor.Listener {

    /** Exit statuses from here on are those of signals: the log knows nothing of them. */
    private static final int KILLED = 128;

    @Override
    public void died(ChildProcess process, int exitStatus, Duration pause) {
        String why = exitStatus < KILLED ? process.failureLine() : "";
        screen.say(String.format(
                Locale.ROOT,
                "process     %s died (exit status %d%s), starting it again in %.1f s; its log: %s",
                process.name(),
                exitStatus,
                why.isEmpty() ? "" : ": " + why,
                pause.toMillis() / 1000.0,
                process.log()));
    }

    @Override
    public void restarted(ChildProcess process) {
        screen.say("process     " + process.name() + " started again");
    }

    @Override
    public void givenUp(ChildProcess process, int exitStatus) {
        screen.say("process     " + process.name() + " died too often, the last time with exit status " + exitStatus);
    }

    @Override
    public void takenOver(ChildProcess process) {
        screen.say("process     " + takenOverText(process));
    }

    /** What is said of a process that another one has replaced. */
    public static String takenOverText(ChildProcess process) {
        return process.name() + " was taken over by another process (exit status " + process.exitStatus()
                + ") and is not started again; stop the other one, then this cluster, and start it again to take it"
                + " back; its log: "
                + process.log();
    }
}
