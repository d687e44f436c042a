// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wildstream.contracts.testkit.Waits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class RunningClusterTest {

    @TempDir
    Path directory;

    private Home home = new Home(Path.of(""));

    @BeforeEach
    void makeHome() {
        home = new Home(directory.resolve("home"));
    }

    @Test
    void thereIsNoneInANewHome() throws InterruptedException {
        // Given // When // Then
        assertThatThrownBy(() -> RunningCluster.require(home))
                .isInstanceOf(ClusterException.class)
                .hasMessage("no cluster runs in " + home.directory() + ": start one with 'wildstream up'");
        assertThat(RunningCluster.stop(home)).isEqualTo(new RunningCluster.NothingRan());
        assertThat(home.directory()).doesNotExist();
    }

    @Test
    void saysWhyTheLastOneEndedByItself() throws IOException {
        // Given
        Files.createDirectories(home.logs());
        Files.writeString(
                home.logs().resolve("up.log"),
                "cluster     ready\nerror: teacher died too often: model.pt is damaged\nstopped\n");

        // When // Then
        assertThatThrownBy(() -> RunningCluster.require(home))
                .hasMessageEndingWith("the last one ended by itself: teacher died too often: model.pt is damaged");
    }

    @Test
    void isFoundByItsStateWhileTheHomeIsLocked() {
        // Given
        try (Home.Lock lock = home.lock()) {
            assertThatThrownBy(() -> RunningCluster.require(home)).hasMessageContaining("is starting");
            ClusterState state = state(here(), List.of());

            // When
            state.write(home.stateFile());

            // Then
            assertThat(RunningCluster.require(home)).isEqualTo(state);
        }
    }

    @Test
    void isNotStoppedWhenItsLauncherIsUnknown() {
        // Given
        try (Home.Lock lock = home.lock()) {
            // When // Then
            assertThatThrownBy(() -> RunningCluster.stop(home))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("an unknown program uses " + home.directory());
        }
    }

    @Test
    void stopsItsLauncherAndRemovesItsState() throws IOException, InterruptedException {
        // Given
        Process launcher = tiny();
        try (Home.Lock lock = home.lock()) {
            state(ClusterState.ProcessId.of("launcher", launcher.toHandle()), List.of())
                    .write(home.stateFile());

            // When
            RunningCluster.StopResult result = RunningCluster.stop(home);

            // Then
            assertThat(result).isEqualTo(new RunningCluster.Stopped());
            assertThat(launcher.waitFor(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(home.stateFile()).doesNotExist();
        }
    }

    /** A program that has the home and has not written its state, as one that trains a teacher. */
    public static final class Holder {

        private Holder() {}

        /** Argument: the home. */
        public static void main(String[] arguments) throws InterruptedException {
            try (Home.Lock lock = new Home(Path.of(arguments[0])).lock()) {
                System.out.println("locked");
                TimeUnit.MINUTES.sleep(5);
            }
        }
    }

    @Test
    void stopsALauncherThatHasNotWrittenItsStateYet() throws IOException, InterruptedException {
        // Given
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        home.directory().toString())
                .start();
        holder.inputReader().readLine();

        // When
        String status = assertThrows(ClusterException.class, () -> RunningCluster.require(home))
                .getMessage();
        RunningCluster.StopResult result = RunningCluster.stop(home);

        // Then
        assertThat(status).contains("training a teacher").contains("process " + holder.pid());
        assertThat(result).isEqualTo(new RunningCluster.Stopped());
        assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(RunningCluster.stop(home)).isEqualTo(new RunningCluster.NothingRan());
    }

    @Test
    void endsWhatALauncherThatWasKilledLeft() throws IOException, InterruptedException {
        // Given
        home.lock().close();
        Process left = tiny();
        state(
                        new ClusterState.ProcessId("launcher", left.pid(), 1),
                        List.of(ClusterState.ProcessId.of("teacher", left.toHandle())))
                .write(home.stateFile());

        // When
        RunningCluster.StopResult result = RunningCluster.stop(home);

        // Then
        assertThat(result).isEqualTo(new RunningCluster.CleanedUp(List.of("teacher")));
        assertThat(left.waitFor(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(RunningCluster.stop(home)).isEqualTo(new RunningCluster.NothingRan());
    }

    @Test
    void showsItsProcessesAndPorts() {
        // Given
        ClusterState state = state(here(), List.of(here(), new ClusterState.ProcessId("teacher", 1, 1)));

        // When
        List<String> lines = state.lines();

        // Then
        assertThat(lines)
                .containsExactly(
                        "gateway     http://127.0.0.1:9750 (gRPC and HTTP), broker 127.0.0.1:9751",
                        "  %-20s %-12s port 9753".formatted("launcher", "pid " + here().pid()),
                        "  %-20s %-12s port 9754".formatted("teacher", "down"));
    }

    private Process tiny() throws IOException {
        Process process =
                new ProcessBuilder(TinyChild.spec(directory, 0, -1, false).command()).start();
        process.inputReader().readLine();
        return process;
    }

    private static ClusterState.ProcessId here() {
        return ClusterState.ProcessId.of("launcher", ProcessHandle.current());
    }

    private static ClusterState state(ClusterState.ProcessId launcher, List<ClusterState.ProcessId> processes) {
        return new ClusterState(
                "up",
                launcher,
                true,
                Map.of("gateway", 9750, "broker", 9751, "launcher", 9753, "teacher", 9754),
                "wildstream",
                "data",
                List.of(),
                processes);
    }
}
