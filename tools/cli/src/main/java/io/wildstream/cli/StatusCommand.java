// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.wildstream.client.GatewayClient;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterState;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.lab.terminal.Rates;
import io.wildstream.lab.terminal.StatusText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream status}: which processes run, how far and how fast the stream is, and what is wrong. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the processes of the running cluster, records, rate and lag of each stage, the newest drift of each",
            "selector and what each instance says is wrong with it. Exit status 1 when none runs or its gateway does not answer."
        })
final class StatusCommand implements Callable<Integer> {

    private static final long POLL_MILLIS = 200;
    /** For an instance whose heartbeat is late. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(names = "--json", description = "The pipeline's status as JSON.")
    boolean json;

    @Option(
            names = "--over",
            paramLabel = "TIME",
            converter = Options.Time.class,
            defaultValue = "2s",
            description = "Time over which rates are measured, such as 10s (default: ${DEFAULT-VALUE}).")
    Duration over = Duration.ofSeconds(2);

    @Override
    public Integer call() throws InvalidProtocolBufferException, InterruptedException {
        Options.require(spec, over.toMillis() > 0, "--over", over, "above 0");
        PrintWriter out = spec.commandLine().getOut();
        ClusterState state = Running.require(root.home());
        if (!json) {
            processes(out, state);
            out.flush();
        }
        if (!state.ready()) {
            throw new ClusterException("the cluster is still starting; its gateway is not asked before it is ready");
        }
        try (GatewayClient gateway = Running.connect(state)) {
            PipelineStatus status = gateway.status();
            if (json) {
                out.println(JsonFormat.printer().print(status));
            } else {
                new StatusText(rates(gateway, status)).lines().forEach(out::println);
            }
        }
        out.flush();
        return 0;
    }

    private Rates rates(GatewayClient gateway, PipelineStatus before) throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            Rates rates = new Rates(before, gateway.status());
            long passed = System.nanoTime() - begun;
            if (passed >= over.toNanos()
                    && (rates.complete() || passed >= over.plus(PATIENCE).toNanos())) {
                return rates;
            }
        }
    }

    private static void processes(PrintWriter out, ClusterState state) {
        out.println("gateway     http://127.0.0.1:" + state.gatewayPort() + " (gRPC and HTTP), broker "
                + state.bootstrapServers());
        for (ClusterState.ProcessId process : state.processes()) {
            String found = process.find().map(handle -> "pid " + handle.pid()).orElse("down");
            Integer port = state.ports().get(process.name());
            out.println(String.format("  %-20s %-12s port %s", process.name(), found, port));
        }
    }
}
