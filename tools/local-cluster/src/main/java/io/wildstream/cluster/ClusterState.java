// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.wildstream.cluster.config.KeyFile;
import io.wildstream.contracts.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
 * @param config the user's file of configuration keys of all services, or null
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
        List<ProcessId> processes,
        @Nullable String config) {

    /** A cluster without a user's file of keys. */
    public ClusterState(
            String command,
            ProcessId launcher,
            boolean ready,
            Map<String, Integer> ports,
            String topicPrefix,
            String data,
            List<String> modelStores,
            List<ProcessId> processes) {
        this(command, launcher, ready, ports, topicPrefix, data, modelStores, processes, null);
    }

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

        /** The process, if it still runs. */
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
                .keyFile(keyFile().orElse(null))
                .build();
    }

    /** The processes and their ports as lines for a terminal. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("gateway     http://127.0.0.1:" + gatewayPort() + " (gRPC and HTTP), broker " + bootstrapServers());
        for (ProcessId process : processes) {
            String found = process.find().map(handle -> "pid " + handle.pid()).orElse("down");
            lines.add("  %-20s %-12s port %s".formatted(process.name(), found, ports.get(process.name())));
        }
        return lines;
    }

    /** The user's file of configuration keys, if there is one. */
    private Optional<KeyFile> keyFile() {
        return Optional.ofNullable(config).map(Path::of).map(KeyFile::read);
    }

    /**
     * Settings of a client of the Kafka that the cluster works with.
     *
     * @throws ArgumentException when the user's file of keys cannot be read any more, or refers to a variable that is not set
     */
    public Map<String, Object> kafka() {
        return keyFile().map(file -> file.kafka(broker())).orElseGet(() -> Map.of("bootstrap.servers", broker()));
    }

    private String broker() {
        return "127.0.0.1:" + ports.get("broker");
    }

    /** The names of the topics. */
    public Topics topics() {
        return keyFile().map(KeyFile::topics).orElseGet(() -> new Topics(topicPrefix));
    }

    /** Whether it works with a Kafka of the user's own. */
    public boolean hasOwnKafka() {
        return !ports.containsKey("broker");
    }

    /** Host and port of the broker, or of the user's own Kafka. */
    public String bootstrapServers() {
        return keyFile().map(file -> file.bootstrapServers(broker())).orElseGet(this::broker);
    }

    /** Loopback port of the gateway. */
    public int gatewayPort() {
        return Ports.of(ports, "gateway");
    }
}
