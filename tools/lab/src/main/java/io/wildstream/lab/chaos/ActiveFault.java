// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

/** A fault that was injected, and the recovery of its victim. Not thread-safe. */
final class ActiveFault {

    private static final long UNKNOWN = -1;

    private final Fault fault;
    private final long pid;
    private final long begunMillis;
    private boolean released;
    private long recoveredMillis = UNKNOWN;

    /**
     * A fault that has just been injected.
     *
     * @param pid process id of the victim then
     * @param begunMillis of the injector's clock
     */
    ActiveFault(Fault fault, long pid, long begunMillis) {
        this.fault = fault;
        this.pid = pid;
        this.begunMillis = begunMillis;
    }

    /** What was planned. */
    Fault fault() {
        return fault;
    }

    /** Process id of the victim when the fault was injected. */
    long pid() {
        return pid;
    }

    /** When it was injected. */
    long begunMillis() {
        return begunMillis;
    }

    /** Whether its second signal was sent: the end of a stop, or the kill of a process that did not end by itself. */
    boolean released() {
        return released;
    }

    /** Notes that the second signal was sent. */
    void release() {
        released = true;
    }

    /** Notes that the victim works again. */
    void recovered(long millis) {
        recoveredMillis = millis;
    }

    /** Milliseconds until the victim worked again; -1 while it does not. */
    long recoveryMillis() {
        return recoveredMillis == UNKNOWN ? UNKNOWN : recoveredMillis - begunMillis;
    }

    /** Its line of the report. */
    ChaosReport.Event event() {
        return new ChaosReport.Event(
                begunMillis / 1000.0,
                fault.at(),
                fault.victim(),
                fault.kind().label(),
                fault.stopMillis() / 1000.0,
                recoveryMillis() / 1000.0);
    }
}
