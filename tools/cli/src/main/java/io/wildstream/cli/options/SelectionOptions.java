// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import io.wildstream.client.Policies;
import io.wildstream.lab.workload.WorkloadDefaults;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of the selection: which curricula, and how much they keep. */
@OptionGroup("Selection")
public final class SelectionOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--rate",
            paramLabel = "SHARE",
            description =
                    "Share of the stream that each curriculum keeps, in (0, 1] (default: 0.27; 0.1 for the built-in"
                            + " images).")
    @Nullable Double rate;

    @Option(
            names = "--curricula",
            paramLabel = "NAME",
            split = ",",
            defaultValue = Policies.DFND + "," + Policies.RANDOM,
            description =
                    "Curricula, one student each: dfnd (class-balanced), dfnd-global (the paper's rule), dfnd-fn (the"
                            + " same with normalised logits), dfnd-top-n (exact in windows), dfnd-two-pass (exact,"
                            + " after the stream), random"
                            + " (default: ${DEFAULT-VALUE}).")
    List<String> curricula = List.of();

    double rate(boolean builtIn) {
        double value = rate == null ? WorkloadDefaults.rate(builtIn) : rate;
        Require.that(spec, value > 0 && value <= 1, "--rate", value, "a number in (0, 1]");
        return value;
    }

    List<String> curricula() {
        return requireCurricula(spec, curricula);
    }

    /**
     * Checks the names of curricula.
     *
     * @throws picocli.CommandLine.ParameterException when one is unknown or named twice
     */
    public static List<String> requireCurricula(CommandSpec spec, List<String> curricula) {
        boolean different = new HashSet<>(curricula).size() == curricula.size();
        Require.that(spec, different, "--curricula", curricula, "different names");
        curricula.forEach(name ->
                Require.that(spec, Policies.NAMES.contains(name), "--curricula", name, "one of " + Policies.NAMES));
        return curricula;
    }
}
