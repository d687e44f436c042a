// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.process.ProcessState.Alive;
import io.wildstream.cluster.process.ProcessState.GivenUp;
import io.wildstream.cluster.process.ProcessState.Killed;
import io.wildstream.cluster.process.ProcessState.Restarted;
import io.wildstream.cluster.process.ProcessState.Running;
import io.wildstream.cluster.process.ProcessState.Starting;
import io.wildstream.cluster.process.ProcessState.Stopped;
import io.wildstream.cluster.process.ProcessState.TakenOver;
import io.wildstream.cluster.process.ProcessState.WaitingToRestart;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessStateTest {

    static Stream<Alive> living() {
        return Stream.of(new Running(), new Restarted(1), new Starting(1), new Killed());
    }

    @ParameterizedTest
    @MethodSource("living")
    void anExitLeadsFromEveryLivingStateToTheSameFour(Alive alive) {
        // Given // When // Then
        assertThat(alive.exited(137, 5)).isEqualTo(new WaitingToRestart(137, 5, null));
        assertThat(alive.takenOver(3)).isEqualTo(new TakenOver(3));
        assertThat(alive.stopped()).isEqualTo(new Stopped());
        assertThat(alive.diedTooOften(7, 5, Duration.ofMinutes(2)))
                .isEqualTo(new GivenUp(7, "died 5 times within 120 s"));
    }

    @Test
    void aRestartIsAnnouncedThenReady() {
        // Given
        WaitingToRestart waiting = new WaitingToRestart(137, 5, null);

        // When
        Running running = waiting.started(7).announced().ready();

        // Then
        assertThat(waiting.started(7)).isEqualTo(new Restarted(7));
        assertThat(waiting.started(7).announced()).isEqualTo(new Starting(7));
        assertThat(running).isEqualTo(new Running());
    }

    @Test
    void whatDoesNotAnswerIsKilled() {
        // Given // When // Then
        assertThat(new Running().notLive()).isEqualTo(new Killed());
        assertThat(new Starting(1).notReady()).isEqualTo(new Killed());
    }

    @Test
    void aRefusedStartKeepsTheTimeOfTheFirst() {
        // Given
        WaitingToRestart waiting = new WaitingToRestart(137, 5, null);

        // When
        WaitingToRestart refusedTwice = waiting.notStarted(10).notStarted(20);

        // Then
        assertThat(refusedTwice).isEqualTo(new WaitingToRestart(137, 5, 10L));
        assertThat(refusedTwice.cannotStart(Duration.ofMinutes(2)))
                .isEqualTo(new GivenUp(137, "could not be started for 120 s"));
        assertThat(refusedTwice.stopped()).isEqualTo(new Stopped());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void nothingIsGivenUpWithoutAReason(String reason) {
        // Given // When // Then
        assertThatThrownBy(() -> new GivenUp(1, reason)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(classes = {Stopped.class, TakenOver.class, GivenUp.class})
    void aFinalStateHasNoTransition(Class<?> type) {
        // Given // When
        List<String> transitions = Arrays.stream(type.getMethods())
                .filter(method -> ProcessState.class.isAssignableFrom(method.getReturnType()))
                .map(method -> method.getName())
                .toList();

        // Then
        assertThat(transitions).isEmpty();
    }

    @Test
    void eachStateIsInTheDiagramsList() {
        // Given // When
        Set<String> states = Arrays.stream(ProcessState.class.getDeclaredClasses())
                .filter(Class::isRecord)
                .map(Class::getSimpleName)
                .collect(Collectors.toSet());

        // Then
        assertThat(states)
                .containsExactlyInAnyOrder(
                        "Running",
                        "Restarted",
                        "Starting",
                        "Killed",
                        "WaitingToRestart",
                        "Stopped",
                        "TakenOver",
                        "GivenUp");
    }
}
