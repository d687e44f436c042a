// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.wildstream.cli.CommandRun;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Ports;
import io.wildstream.contracts.v1.GetPipelineStatusRequest;
import io.wildstream.contracts.v1.PipelineServiceGrpc;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.lab.terminal.Heartbeat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {

    @TempDir
    Path directory;

    private Home home = new Home(Path.of(""));
    private Home.Lock lock = () -> {};

    @BeforeEach
    void takeHome() {
        home = new Home(directory.resolve("home"));
        lock = home.lock();
    }

    @AfterEach
    void release() {
        lock.close();
    }

    @Test
    void showsProcessesThenStagesWithRatesBetweenTwoHeartbeats() throws IOException {
        // Given
        Server gateway = gateway();
        try {
            state(gateway.getPort(), true);

            // When
            CommandRun run = run("status", "--over=0.01s");

            // Then
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ")))
                    .startsWith(
                            "gateway http://127.0.0.1:" + gateway.getPort() + " (gRPC and HTTP), broker 127.0.0.1:9092",
                            " launcher pid " + ProcessHandle.current().pid() + " port 9753",
                            " teacher down port 9754")
                    .anyMatch(line -> line.startsWith(" teacher 0 25.0 0"));
        } finally {
            gateway.shutdownNow();
        }
    }

    @Test
    void showsTheProcessesWhenTheGatewayIsDown() {
        // Given
        state(Ports.free(List.of("gateway")).get("gateway"), true);

        // When
        CommandRun run = run("status");

        // Then
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).containsPattern("teacher +down");
        assertThat(run.err())
                .startsWith("error: the gateway answered UNAVAILABLE")
                .hasLineCount(1);
    }

    @Test
    void showsTheProcessesWhileTheClusterIsStarting() {
        // Given
        state(9750, false);

        // When
        CommandRun run = run("status");

        // Then
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).containsPattern("launcher +pid");
        assertThat(run.err()).contains("still starting");
    }

    @Test
    void givesNothingButJsonWhenAskedTo() throws IOException {
        // Given
        Server gateway = gateway();
        try {
            state(gateway.getPort(), true);

            // When
            CommandRun run = run("status", "--json");

            // Then
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).startsWith("{").contains("\"instances\": [{");
        } finally {
            gateway.shutdownNow();
        }
    }

    @Test
    void refusesToMeasureOverNoTime() {
        // When
        CommandRun run = run("status", "--over=0s");

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--over PT0S: must be above 0");
    }

    /** One whose teacher sends a heartbeat, with 50 more outputs, in every second status. */
    private static Server gateway() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new PipelineServiceGrpc.PipelineServiceImplBase() {
                    @Override
                    public void getPipelineStatus(
                            GetPipelineStatusRequest request, StreamObserver<PipelineStatus> observer) {
                        int beat = asked.getAndIncrement() / 2;
                        observer.onNext(Heartbeat.status(
                                        100 + 2 * beat, Heartbeat.teacher("teacher", 0, 99 + 2 * beat, 50 * beat))
                                .build());
                        observer.onCompleted();
                    }
                })
                .build()
                .start();
    }

    private void state(int gatewayPort, boolean ready) {
        ClusterState.ProcessId here = ClusterState.ProcessId.of("launcher", ProcessHandle.current());
        new ClusterState(
                        "up",
                        here,
                        ready,
                        Map.of("gateway", gatewayPort, "broker", 9092, "launcher", 9753, "teacher", 9754),
                        "wildstream",
                        "data",
                        List.of(),
                        List.of(here, new ClusterState.ProcessId("teacher", here.pid(), 1)))
                .write(home.stateFile());
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(Stream.concat(Stream.of(arguments), Stream.of("--home=" + home.directory()))
                .toArray(String[]::new));
    }
}
