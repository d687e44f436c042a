package io.wildstream.local.command;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.local.client.GatewayClient;
import io.wildstream.local.cluster.ClusterState;
import io.wildstream.local.cluster.Home;
import io.wildstream.local.demo.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream status}: which processes run, and how far the stream is. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Shows the processes of the running cluster and how far the stream is. Exit status 1 when none runs.")
final class StatusCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(names = "--json", description = "The pipeline's status as JSON.")
    boolean json;

    @Override
    public Integer call() throws InvalidProtocolBufferException {
        Home home = root.home();
        PrintWriter out = spec.commandLine().getOut();
        ClusterState state = Running.require(home);
        try (GatewayClient gateway = Running.connect(state)) {
            PipelineStatus status = gateway.status();
            if (json) {
                out.println(JsonFormat.printer().print(status));
            } else {
                processes(out, state);
                new Progress(status, 0, Duration.ZERO).block().forEach(out::println);
                status.getInstancesList().stream()
                        .filter(instance -> !instance.getProblem().isEmpty())
                        .forEach(instance ->
                                out.println("  problem   " + instance.getInstance() + ": " + instance.getProblem()));
            }
        }
        out.flush();
        return 0;
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
