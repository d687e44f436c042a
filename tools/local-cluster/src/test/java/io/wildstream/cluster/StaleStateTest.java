// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.testkit.Waits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleStateTest {

    @TempDir
    Path directory;

    @Test
    void endsWhatAKilledLauncherLeft() throws IOException, InterruptedException {
        // Given
        Home home = new Home(directory);
        Process left =
                new ProcessBuilder(TinyChild.spec(directory, 0, -1, false).command()).start();
        left.inputReader().readLine();
        ClusterState state = state(List.of(ClusterState.ProcessId.of("teacher", left.toHandle())));
        state.write(home.stateFile());

        // When
        List<String> stopped = StaleState.clean(home);

        // Then
        assertThat(stopped).containsExactly("teacher");
        assertThat(left.waitFor(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(home.stateFile()).doesNotExist();
    }

    @Test
    void leavesAProcessAloneThatOnlyHasTheNumber() {
        // Given
        Home home = new Home(directory);
        ClusterState.ProcessId other =
                new ClusterState.ProcessId("teacher", ProcessHandle.current().pid(), 12345);
        state(List.of(other)).write(home.stateFile());

        // When
        List<String> stopped = StaleState.clean(home);

        // Then
        assertThat(stopped).isEmpty();
    }

    @Test
    void readsWhatWasWritten() {
        // Given
        Path file = directory.resolve("cluster.json");
        ClusterState state = state(List.of());

        // When
        state.write(file);

        // Then
        assertThat(ClusterState.read(file)).contains(state);
        assertThat(state.bootstrapServers()).isEqualTo("127.0.0.1:9092");
        assertThat(state.gatewayPort()).isEqualTo(9750);
    }

    @Test
    void isEmptyForAFileThatIsCutShort() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("cluster.json"), "{\"command\":");

        // When
        var read = ClusterState.read(file);

        // Then
        assertThat(read).isEmpty();
    }

    private static ClusterState state(List<ClusterState.ProcessId> processes) {
        return new ClusterState(
                "up",
                ClusterState.ProcessId.of("launcher", ProcessHandle.current()),
                true,
                Map.of("gateway", 9750, "broker", 9092),
                "wildstream",
                "data",
                List.of("models"),
                processes);
    }
}
