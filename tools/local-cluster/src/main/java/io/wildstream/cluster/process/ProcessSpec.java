// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to start one process of the cluster.
 *
 * @param name its name on the screen, in the report and of its log file
 * @param command program and arguments
 * @param log file that its output is appended to
 * @param readiness tells when it can be used
 * @param liveness tells whether it still works, once it did
 * @param takenOverStatus exit status that means that another process has its place for good; null for none
 */
public record ProcessSpec(
        String name,
        List<String> command,
        Path log,
        Readiness readiness,
        Readiness liveness,
        @Nullable Integer takenOverStatus) {

    public ProcessSpec {
        command = List.copyOf(command);
    }

    /** A process that counts as working while it runs. */
    public ProcessSpec(String name, List<String> command, Path log, Readiness readiness) {
        this(name, command, log, readiness, Readiness.immediate(), null);
    }

    /** The same process, which ends with this status when another has taken its place. */
    public ProcessSpec endingWhenTakenOver(int status) {
        return new ProcessSpec(name, command, log, readiness, liveness, status);
    }
}
