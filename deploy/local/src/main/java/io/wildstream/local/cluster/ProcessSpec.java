package io.wildstream.local.cluster;

import java.nio.file.Path;
import java.util.List;

/**
 * How to start one process of the cluster.
 *
 * @param name its name on the screen, in the report and of its log file
 * @param command program and arguments
 * @param log file that its output is appended to
 * @param readiness tells when it can be used
 */
public record ProcessSpec(String name, List<String> command, Path log, Readiness readiness) {

    public ProcessSpec {
        command = List.copyOf(command);
    }
}
