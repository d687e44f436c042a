// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import io.wildstream.cluster.ClusterPlan;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of a run: its seed, the ports of its cluster, and how long its start may take. */
@OptionGroup("Run")
public final class SeedAndPortOptions {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Seed of the stream's order, of the random choice and of the students (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(
            names = "--port-base",
            paramLabel = "PORT",
            description = "First of the consecutive loopback ports (default: free ones; 9750 for up).")
    @Nullable Integer portBase;

    @Option(
            names = "--start-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "10m",
            description = "Time after which the start of the cluster is given up, such as 90s or 10m (default:"
                    + " ${DEFAULT-VALUE}).")
    Duration startTimeout = ClusterPlan.START_TIMEOUT;

    /** The time after which the start of the cluster is given up. */
    public Duration startTimeout(CommandSpec spec) {
        Require.that(spec, startTimeout.toMillis() > 0, "--start-timeout", startTimeout, "above 0");
        return startTimeout;
    }

    /** The seed. */
    public long seed() {
        return seed;
    }

    /** The first port, or null for free ones. */
    public @Nullable Integer portBase() {
        return portBase;
    }
}
