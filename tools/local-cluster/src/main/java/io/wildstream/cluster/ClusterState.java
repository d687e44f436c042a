// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What runs in a home, for commands of other processes: the file is there from the start of a cluster to its end, and left behind when the
 * launcher was killed.
 *
 * @param command what started it: {@code up} or {@code demo}
 * @param launcher the process that started all others
 * @param ready whether all processes have been ready
 * @param ports loopback port by process; {@code broker} and {@code gateway} among them
 * @param topicPrefix first part of its topics' names
 * @param data directory of its broker and stores
 * @param modelStores directories of the models
 * @param processes the others
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
public record ClusterState(
        String command,
        ProcessId launcher,
        boolean ready,
        Map<String, Integer> ports,
        String topicPrefix,
        String data,
        List<String> modelStores,
        List<ProcessId> processes) {

    /**
     * A process that cannot be taken for a later one of the same number.
     *
     * @param name on the screen
     * @param pid number
     * @param startedMillis when it started, milliseconds since 1970; 0 when unknown
     */
    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    public record ProcessId(String name, long pid, long startedMillis) {

        /** Identifies a process that runs now. */
        public static ProcessId of(String name, ProcessHandle handle) {
            return new ProcessId(name, handle.pid(), started(handle));
        }

        /** The process, when it still runs. */
        public Optional<ProcessHandle> find() {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(found -> started(found) == startedMillis);
        }

        private static long started(ProcessHandle handle) {
            return handle.info()
                    .startInstant()
                    .map(java.time.Instant::toEpochMilli)
                    .orElse(0L);
        }
    }

    /** Reads the file; empty when there is none or it is cut short. */
    public static Optional<ClusterState> read(Path file) {
        try {
            return Optional.of(Json.read(file, ClusterState.class));
        } catch (JsonProcessingException | java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ClusterException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes the file, complete or not at all.
     *
     * @throws ClusterException when that is not possible
     */
    public void write(Path file) {
        Json.write(file, this);
    }

    /** A plan that another process of this cluster can be started by. */
    public ClusterPlan plan(Home home) {
        return ClusterPlan.builder(command, home)
                .data(Path.of(data))
                .modelStores(modelStores.stream().map(Path::of).toList())
                .build();
    }

    /** Host and port of the broker. */
    public String bootstrapServers() {
        return "127.0.0.1:" + ports.get("broker");
    }

    /** Loopback port of the gateway. */
    public int gatewayPort() {
        return Ports.of(ports, "gateway");
    }
}
