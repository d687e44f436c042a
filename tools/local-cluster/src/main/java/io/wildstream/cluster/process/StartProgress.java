// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** How far the start of a cluster is: which processes are ready, after how long, and which are starting. For one thread. */
public final class StartProgress {

    private final LongSupplier nanos;
    private final Map<String, Long> begun = new LinkedHashMap<>();
    private final Map<String, Long> ready = new LinkedHashMap<>();

    /** Nothing has been started. */
    public StartProgress() {
        this(System::nanoTime);
    }

    StartProgress(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** A process starts now. */
    public void starting(String name) {
        begun.put(name, nanos.getAsLong());
    }

    /**
     * A process is ready now.
     *
     * @return whether it was not before
     */
    public boolean ready(String name) {
        return ready.putIfAbsent(name, nanos.getAsLong()) == null;
    }

    /** Each process in the order of starting: {@code broker ready 1.2 s, gateway starting 3.4 s}. */
    public String text() {
        return begun.keySet().stream().map(this::text).collect(Collectors.joining(", "));
    }

    private String text(String name) {
        Long end = ready.get(name);
        long took = (end == null ? nanos.getAsLong() : end) - begun.getOrDefault(name, 0L);
        double seconds = took / (double) TimeUnit.SECONDS.toNanos(1);
        return String.format(Locale.ROOT, "%s %s %.1f s", name, end == null ? "starting" : "ready", seconds);
    }
}
