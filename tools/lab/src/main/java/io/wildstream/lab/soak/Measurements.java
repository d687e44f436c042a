// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.process.ChildProcess;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** What was read of all processes of a cluster so far. Not thread-safe. */
final class Measurements {

    private static final String BROKER = "broker";
    private static final String ARRAYS = "native_arrays";

    private final Cluster cluster;
    private final ProcessProbe probe;
    private final Map<String, Map<Quantity, Series>> processes = new LinkedHashMap<>();

    Measurements(Cluster cluster, ProcessProbe probe) {
        this.cluster = cluster;
        this.probe = probe;
    }

    /** Reads what costs little. */
    void read(double seconds) {
        for (ChildProcess process : cluster.processes()) {
            long pid = process.pid();
            add(process, Quantity.MEMORY, seconds, probe.memory(pid));
            add(process, Quantity.FILES, seconds, probe.files(pid));
            add(process, Quantity.THREADS, seconds, probe.threads(pid));
            String service = service(process.name());
            if (service.equals("teacher") || service.equals("trainer")) {
                String metric = "wildstream_" + service + "_" + ARRAYS;
                add(process, Quantity.ARRAYS, seconds, probe.metric(cluster.port(process.name()), metric));
            }
        }
    }

    /** Reads the heaps, which asks each process for a full collection. */
    void readHeaps(double seconds) {
        for (ChildProcess process : cluster.processes()) {
            add(process, Quantity.HEAP, seconds, probe.liveHeap(process.pid()));
        }
    }

    /** A metric of the gateway. */
    OptionalDouble gateway(String metric) {
        return probe.metric(cluster.port("gateway"), metric);
    }

    /** All series by process. */
    Map<String, Map<Quantity, Series>> processes() {
        return processes;
    }

    private void add(ChildProcess process, Quantity quantity, double seconds, OptionalDouble value) {
        value.ifPresent(number -> processes
                .computeIfAbsent(process.name(), name -> new EnumMap<>(Quantity.class))
                .computeIfAbsent(quantity, name -> new Series())
                .add(seconds, number));
    }

    private static String service(String process) {
        int dash = process.indexOf('-');
        return process.equals(BROKER) || dash < 0 ? process : process.substring(0, dash);
    }
}
