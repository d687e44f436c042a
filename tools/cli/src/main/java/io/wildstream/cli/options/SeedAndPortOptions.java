// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a run: its seed, and the ports of its cluster. */
public final class SeedAndPortOptions {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Seed of the stream's order, of the random choice and of the students (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(names = "--port-base", paramLabel = "PORT", description = "First of the consecutive loopback ports.")
    @Nullable Integer portBase;

    /** The seed. */
    public long seed() {
        return seed;
    }

    /** The first port, or null for free ones. */
    public @Nullable Integer portBase() {
        return portBase;
    }
}
