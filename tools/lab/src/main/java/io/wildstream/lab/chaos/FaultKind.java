// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import java.util.Locale;

/** What is done to a process. */
public enum FaultKind {
    /** SIGKILL; the supervisor starts it again. */
    KILL,
    /** SIGTERM; the supervisor starts it again when it has ended. */
    RESTART,
    /** SIGSTOP, and SIGCONT soon: its clients wait. */
    STOP,
    /** SIGSTOP for longer than the time-outs of sessions and transactions: others take its work over, and after SIGCONT it is a zombie. */
    LONG_STOP;

    /** Its name in reports and on the screen. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
