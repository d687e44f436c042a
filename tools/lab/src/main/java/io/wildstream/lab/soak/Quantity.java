// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

/** What is measured of each process, and how much growth is tolerated. */
enum Quantity {
    /** Resident memory, MB; each process holds its whole heap from the start, so what grows is native memory, threads or classes. */
    MEMORY("resident MB", 16, 0.03),
    /** Heap in use right after a full collection, MB. */
    HEAP("live heap MB", 8, 0.10),
    /** Open files and sockets. */
    FILES("open files", 8, 0),
    /** Threads. */
    THREADS("threads", 4, 0),
    /** Native arrays that the engine holds. */
    ARRAYS("native arrays", 16, 0);

    /** Two fetches of Kafka's largest size, their parsed records and a full queue. */
    private static final double ON_THE_WAY = 32;

    private final String label;
    private final double absolute;
    private final double relative;

    Quantity(String label, double absolute, double relative) {
        this.label = label;
        this.absolute = absolute;
        this.relative = relative;
    }

    /** Name and unit. */
    String label() {
        return label;
    }

    /**
     * Growth of the line over the judged part of the run up to which the quantity counts as flat.
     *
     * @param overload whether buffers fill up during the run, as stages fall behind
     */
    double tolerance(double start, boolean overload) {
        double most = Math.max(absolute, relative * start);
        return overload && this == HEAP ? Math.max(most, ON_THE_WAY) : most;
    }
}
