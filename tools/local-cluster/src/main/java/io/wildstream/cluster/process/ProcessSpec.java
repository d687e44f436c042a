// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to start one process of the cluster.
 *
 * @param name its name on the screen, in the report and of its log file
 * @param command program and arguments
 * @param log file that its output is appended to
 * @param readiness tells when it can be used
 * @param liveness tells whether it still works, once it did
 * @param environment variables that it has beside those of this process; for what a command line would show to everybody
 * @param takenOverStatus exit status that means that another process has its place for good; null for none
 */
public record ProcessSpec(
        String name,
        List<String> command,
        Path log,
        Readiness readiness,
        Readiness liveness,
        Map<String, String> environment,
        @Nullable Integer takenOverStatus) {

    public ProcessSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** A process with the environment of this one. */
    public ProcessSpec(
            String name,
            List<String> command,
            Path log,
            Readiness readiness,
            Readiness liveness,
            @Nullable Integer takenOverStatus) {
        this(name, command, log, readiness, liveness, Map.of(), takenOverStatus);
    }

    /** A process that counts as working while it runs. */
    public ProcessSpec(String name, List<String> command, Path log, Readiness readiness) {
        this(name, command, log, readiness, Readiness.immediate(), null);
    }

    /** The same process, which ends with this status when another has taken its place. */
    public ProcessSpec endingWhenTakenOver(int status) {
        return new ProcessSpec(name, command, log, readiness, liveness, environment, status);
    }

    /** The same process with a further variable. */
    public ProcessSpec with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new ProcessSpec(name, command, log, readiness, liveness, more, takenOverStatus);
    }
}
