// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

/** How far the feeder may go: samples wait behind it, so that faults hit while there is work. */
public final class Gate {

    /** Guarded by "this", as all fields are. */
    private long limit;

    private long passed;

    public Gate(long limit) {
        this.limit = limit;
    }

    /** Lets samples pass up to a number of them; never fewer than before. */
    public synchronized void open(long upTo) {
        limit = Math.max(limit, upTo);
        notifyAll();
    }

    /** Waits until one sample more may pass. */
    synchronized void pass() throws InterruptedException {
        while (passed >= limit) {
            wait();
        }
        passed++;
    }

    /** Samples that have passed. */
    public synchronized long passed() {
        return passed;
    }
}
