// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import io.wildstream.lab.workload.WorkloadSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of a cluster with a student for each curriculum, and of what may run beside it. */
@OptionGroup("Cluster")
public final class ClusterOptions {
    @Mixin
    DataAndModelOptions material = new DataAndModelOptions();

    @Mixin
    SelectionOptions stream = new SelectionOptions();

    @Mixin
    SeedAndPortOptions place = new SeedAndPortOptions();

    @Option(names = "--condenser", description = "Also start a trainer that condenses curricula: see docs/condense.md.")
    boolean condenser;

    @Option(
            names = "--with-prometheus",
            description =
                    "Also start the 'prometheus' of the PATH; it scrapes all processes and evaluates the alert rules.")
    boolean prometheus;

    /** The settings of a run with this cluster. */
    public WorkloadSettings settings(long steps, WorkloadSettings.RunSettings run) {
        return material.settings(
                steps,
                stream.curricula(),
                stream.rate(material.builtIn()),
                place.seed(),
                run.withCondenser(condenser).withPrometheus(prometheus));
    }

    /** Whether the images are the built-in ones. */
    public boolean builtIn() {
        return material.builtIn();
    }

    /** The time after which the start of the cluster is given up. */
    public Duration startTimeout(CommandSpec spec) {
        return place.startTimeout(spec);
    }

    /** The first port, or null for free ones. */
    public @Nullable Integer portBase() {
        return place.portBase();
    }
}
