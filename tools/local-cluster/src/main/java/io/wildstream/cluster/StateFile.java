// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import io.wildstream.cluster.config.KeyFile;
import io.wildstream.cluster.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a cluster publishes about itself: the state file for commands of other processes, and the targets of its Prometheus.
 *
 * <p>Not thread-safe.
 */
final class StateFile {

    private static final Logger LOGGER = LoggerFactory.getLogger(StateFile.class);

    private final ClusterPlan plan;
    private final Map<String, Integer> ports;
    private boolean scraped;

    /**
     * Writes nothing yet.
     *
     * @param ports loopback port by process; it may grow
     */
    StateFile(ClusterPlan plan, Map<String, Integer> ports) {
        this.plan = plan;
        this.ports = ports;
    }

    /** From now on writes the targets of a Prometheus too. */
    void scrape() {
        scraped = true;
    }

    /**
     * Writes what runs now.
     *
     * @param processes all that were started and not stopped, dead ones among them
     * @param ready whether all have been ready
     * @throws ClusterException when that is not possible; what was written before stays
     */
    void write(Collection<ChildProcess> processes, boolean ready) {
        if (scraped) {
            List<String> names = processes.stream().map(ChildProcess::name).toList();
            Prometheus.target(Prometheus.directory(plan), names, ports);
        }
        List<ClusterState.ProcessId> children = processes.stream()
                .map(process -> ProcessHandle.of(process.pid())
                        .map(handle -> ClusterState.ProcessId.of(process.name(), handle)))
                .flatMap(Optional::stream)
                .toList();
        KeyFile keyFile = plan.keyFile();
        new ClusterState(
                        plan.command(),
                        ClusterState.ProcessId.of("launcher", ProcessHandle.current()),
                        ready,
                        Map.copyOf(ports),
                        plan.topicPrefix(),
                        plan.data().toString(),
                        plan.modelStores().stream().map(Path::toString).toList(),
                        children,
                        keyFile == null ? null : keyFile.path().toString())
                .write(plan.home().stateFile());
    }

    /** Removes the state file. */
    void remove() {
        try {
            Files.deleteIfExists(plan.home().stateFile());
        } catch (IOException e) {
            LOGGER.warn("state file not removed file={} cause={}", plan.home().stateFile(), e.toString());
        }
    }
}
