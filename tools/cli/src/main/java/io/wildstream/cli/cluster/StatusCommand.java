// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import io.wildstream.cli.options.DurationConverter;
import io.wildstream.cli.options.Require;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.JsonOption;
import io.wildstream.cli.session.Output;
import io.wildstream.client.GatewayClient;
import io.wildstream.cluster.ClusterState;
import io.wildstream.lab.terminal.Rates;
import io.wildstream.lab.terminal.StatusText;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream status}: which processes run, how far and how fast the stream is, and what is wrong. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the processes of the running cluster, records, rate and lag of each stage, the newest "
                    + "drift of each selector and the problems that each instance reports.",
            "Exit status 1 when none runs or its gateway does not answer."
        })
public final class StatusCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = "--over",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "2s",
            description = "Time over which rates are measured, such as 10s (default: ${DEFAULT-VALUE}).")
    Duration over = Duration.ofSeconds(2);

    @Override
    public Integer call() throws InterruptedException {
        json.check();
        Require.that(spec, over.toMillis() > 0, "--over", over, "above 0");
        ClusterState state = root.cluster();
        if (!json.replacesText()) {
            new Output(spec).lines(state.lines());
        }
        try (GatewayClient gateway = root.gateway(state)) {
            if (json.replacesText()) {
                json.write(gateway.status());
            } else {
                Rates rates = Rates.measure(gateway::status, over);
                json.show(rates.after(), new StatusText(rates)::lines);
            }
        }
        return 0;
    }
}
