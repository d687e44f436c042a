// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.TinyChild;
import io.wildstream.contracts.testkit.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ChildProcessTest {

    private static final Duration SOON = Waits.PATIENT;

    @TempDir
    Path directory;

    @Test
    void countsTheProcessorTimeOfAllIncarnations() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 300, -1, false));
        child.start();
        awaitLine(child);
        child.sampleCpu();
        double first = child.cpuSeconds();
        child.kill();
        await().atMost(SOON).until(() -> !child.isAlive());

        // When
        child.start();
        awaitLine(child);
        await().atMost(SOON).until(() -> {
            child.sampleCpu();
            return child.cpuSeconds() > first + 0.2;
        });

        // Then
        assertThat(first).isGreaterThan(0.2);
        assertThat(child.restarts()).isEqualTo(1);
        stop(child);
    }

    @Test
    void stopsOnRequest() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        child.start();
        awaitLine(child);

        // When
        stop(child);

        // Then
        assertThat(child.isAlive()).isFalse();
        assertThat(child.isStopping()).isTrue();
        assertThat(child.exitStatus()).isEqualTo(143);
    }

    @Test
    void aProcessThatDoesNotStopInTimeLeavesItsThreadsInItsLog() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        child.start();
        awaitLine(child);

        // When: nobody has asked it to stop
        child.awaitStop(Duration.ZERO);

        // Then
        assertThat(child.isAlive()).isFalse();
        assertThat(child.log()).content().contains("Full thread dump", TinyChild.class.getName() + ".main");
    }

    @Test
    void aProcessThatStandsStillIsAliveAndNotReadyUntilItGoesOn() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        child.start();
        awaitLine(child);

        // When
        child.send(ChildProcess.Signal.STOP);

        // Then
        assertThat(child.isAlive()).isTrue();
        assertThat(child.isReady()).isFalse();
        child.send(ChildProcess.Signal.CONTINUE);
        assertThat(child.isReady()).isTrue();
        stop(child);
    }

    @Test
    void stopsOnRequestEvenWhenItStandsStill() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, -1, false));
        child.start();
        awaitLine(child);
        child.send(ChildProcess.Signal.STOP);

        // When
        stop(child);

        // Then
        assertThat(child.isAlive()).isFalse();
        assertThat(child.exitStatus()).isEqualTo(143);
    }

    @Test
    void isNotStartedAgainOnceItWasToldToStop() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, 0, false));
        child.requestStop();

        // When
        child.start();

        // Then
        assertThat(child.isAlive()).isFalse();
        assertThat(child.pid()).isEqualTo(-1);
    }

    @Test
    void endsWhenTheLauncherLetsGoOfItsInput() throws java.io.IOException {
        // Given
        ProcessSpec spec = TinyChild.spec(directory, 0, -1, true);
        Process process = new ProcessBuilder(spec.command()).start();
        process.inputReader().readLine();

        // When
        process.getOutputStream().close();

        // Then
        await().atMost(SOON).until(() -> !process.isAlive());
        assertThat(process.exitValue()).isEqualTo(143);
    }

    @Test
    void showsTheEndOfItsLog() {
        // Given
        ChildProcess child = new ChildProcess(TinyChild.spec(directory, 0, 3, false));

        // When
        child.start();
        await().atMost(SOON).until(() -> !child.isAlive());

        // Then
        assertThat(child.failureLine()).isEqualTo("worked true");
        assertThat(child.exitStatus()).isEqualTo(3);
    }

    @Test
    void saysWhenItCannotBeStarted() {
        // Given
        ProcessSpec spec =
                new ProcessSpec("absent", List.of("/no/such/program"), directory.resolve("log"), Readiness.immediate());

        // When // Then
        assertThatThrownBy(() -> new ChildProcess(spec).start())
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("absent could not be started");
    }

    private static void awaitLine(ChildProcess child) {
        await().atMost(SOON).until(() -> child.failureLine().contains("worked"));
    }

    private static void stop(ChildProcess child) {
        child.requestStop();
        child.awaitStop(Waits.PATIENT);
    }
}
