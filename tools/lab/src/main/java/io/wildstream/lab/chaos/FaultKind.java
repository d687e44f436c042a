// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import java.util.Locale;

/** A kind of fault. */
public enum FaultKind {
    /** SIGKILL; the supervisor starts it again. */
    KILL,
    /** SIGTERM; the supervisor starts it again when it has ended. */
    RESTART,
    /** SIGSTOP, and SIGCONT soon after: its clients wait. */
    STOP,
    /** SIGSTOP for longer than the time-outs of sessions and transactions: others take over its work, and after SIGCONT it is a zombie. */
    LONG_STOP;

    /** Its name in reports and on the screen. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
