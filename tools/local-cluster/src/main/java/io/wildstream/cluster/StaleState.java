// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a killed launcher left behind in a home: a state file, and for a moment processes that are about to end. */
public final class StaleState {

    private static final Logger LOGGER = LoggerFactory.getLogger(StaleState.class);
    private static final long TIMEOUT_MILLIS = 20_000;

    private StaleState() {}

    /**
     * Waits for the left processes, kills those that stay, and removes the state file. Only for a home that no cluster has.
     *
     * @return names of the processes that were still there
     */
    public static List<String> clean(Home home) {
        Optional<ClusterState> state = ClusterState.read(home.stateFile());
        List<String> left = List.of();
        if (state.isPresent()) {
            left = end(state.get().processes());
            LOGGER.info("stale state removed left={}", left);
        }
        try {
            Files.deleteIfExists(home.stateFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return left;
    }

    private static List<String> end(List<ClusterState.ProcessId> processes) {
        List<String> left = processes.stream()
                .filter(id -> id.find().isPresent())
                .map(ClusterState.ProcessId::name)
                .toList();
        processes.forEach(id -> id.find().ifPresent(ProcessHandle::destroy));
        long begun = System.nanoTime();
        while (processes.stream().anyMatch(id -> id.find().isPresent())) {
            if (System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS)) {
                processes.forEach(id -> id.find().ifPresent(ProcessHandle::destroyForcibly));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return left;
            }
        }
        return left;
    }
}
