package io.wildstream.local.soak;

/** What is measured of each process, and how much of a growth is taken for none. */
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

    /** Growth of the line over the judged part of the run up to which the quantity counts as flat. */
    double tolerance(double start) {
        return Math.max(absolute, relative * start);
    }
}
