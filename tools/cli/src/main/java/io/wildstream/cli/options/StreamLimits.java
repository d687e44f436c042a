// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import io.wildstream.lab.workload.WorkloadSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of a finite stream: its pace, its time limit, and what remains of it. */
@OptionGroup("Stream")
public final class StreamLimits {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--rate-limit",
            paramLabel = "N",
            description = "Samples that are fed per second (default: as fast as it goes).")
    double rateLimit = Double.POSITIVE_INFINITY;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "30m",
            description = "Time after which the stream is given up, such as 90s or 10m (default: ${DEFAULT-VALUE}).")
    Duration timeLimit = Duration.ofMinutes(30);

    @Option(names = "--keep", description = "Keep the broker's data and the checkpoints of the run.")
    boolean keep;

    /** The settings of a run with these limits. */
    public WorkloadSettings.RunSettings settings(@Nullable Integer portBase, boolean evaluate, boolean verify) {
        Require.that(spec, rateLimit > 0, "--rate-limit", rateLimit, "above 0");
        Require.that(spec, timeLimit.toMillis() > 0, "--time-limit", timeLimit, "above 0");
        return new WorkloadSettings.RunSettings(rateLimit, timeLimit, portBase, evaluate, verify, keep);
    }
}
