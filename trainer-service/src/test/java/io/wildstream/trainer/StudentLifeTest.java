// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.trainer.StudentLife.Broken;
import io.wildstream.trainer.StudentLife.Diverged;
import io.wildstream.trainer.StudentLife.Failed;
import io.wildstream.trainer.StudentLife.Fenced;
import io.wildstream.trainer.StudentLife.Finished;
import io.wildstream.trainer.StudentLife.Held;
import io.wildstream.trainer.StudentLife.Learning;
import io.wildstream.trainer.StudentLife.Paused;
import io.wildstream.trainer.StudentLife.Refused;
import io.wildstream.trainer.StudentLife.Waiting;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudentLifeTest {

    private static final CheckpointManifest LAST =
            CheckpointManifest.newBuilder().setStep(60).setFinished(true).build();

    static Stream<StudentLife.Alive> alive() {
        return Stream.of(
                new Waiting(),
                new Learning(),
                new Paused(),
                new Failed("no model"),
                new Diverged("NaN"),
                new Finished(LAST),
                new Held("the disk is full", new Learning()));
    }

    static Stream<StudentLife.Openable> openable() {
        return Stream.of(
                new Waiting(), new Learning(), new Failed("no model"), new Diverged("NaN"), new Finished(LAST));
    }

    @ParameterizedTest
    @MethodSource("openable")
    void aStudentThatCanBeOpenedLearnsOrIsFinished(StudentLife.Openable state) {
        assertThat(state.learning()).isEqualTo(new Learning());
        assertThat(state.finished(LAST).result()).isEqualTo(LAST);
    }

    @ParameterizedTest
    @MethodSource("alive")
    void everyLivingStateCanFailWaitAndEnd(StudentLife.Alive state) {
        assertThat(state.failed("no disk").problem()).isEqualTo("no disk");
        assertThat(state.held("no lease").problem()).isEqualTo("no lease");
        assertThat(state.held("no lease").resumed()).isEqualTo(state);
        assertThat(state.fenced("taken over")).isEqualTo(new Fenced("taken over"));
        assertThat(state.refused("no permission")).isEqualTo(new Refused("no permission"));
        assertThat(state.broken("interrupted")).isEqualTo(new Broken("interrupted"));
    }

    @Test
    void aStudentIsPausedOnlyFromLearningAndThenLearnsAgain() {
        assertThat(new Learning().paused()).isEqualTo(new Paused());
        assertThat(new Paused().learning()).isEqualTo(new Learning());
        assertThat(new Learning().diverged("NaN")).isEqualTo(new Diverged("NaN"));
        assertThat(new Failed("no broker").waiting()).isEqualTo(new Waiting());
        assertThat(new Held("first", new Paused()).because("second")).isEqualTo(new Held("second", new Paused()));
    }

    static Stream<Arguments> transitions() {
        Set<String> common = Set.of("failed", "held", "fenced", "refused", "broken");
        return Stream.of(
                Arguments.of(Waiting.class, with(common, "learning", "finished")),
                Arguments.of(Learning.class, with(common, "learning", "finished", "paused", "diverged")),
                Arguments.of(Paused.class, with(common, "learning")),
                Arguments.of(Failed.class, with(common, "learning", "finished", "waiting")),
                Arguments.of(Diverged.class, with(common, "learning", "finished")),
                Arguments.of(Finished.class, with(common, "learning", "finished")),
                Arguments.of(Held.class, with(common, "because", "resumed", "before")),
                Arguments.of(Fenced.class, Set.of()),
                Arguments.of(Refused.class, Set.of()),
                Arguments.of(Broken.class, Set.of()));
    }

    /** What compiles: the methods of a state that give a state. */
    @ParameterizedTest
    @MethodSource("transitions")
    void thereAreNoOtherTransitions(Class<? extends StudentLife> state, Set<String> expected) {
        // When
        Set<String> found = new TreeSet<>();
        for (Method method : Stream.concat(Arrays.stream(state.getMethods()), Arrays.stream(state.getDeclaredMethods()))
                .toList()) {
            if (StudentLife.class.isAssignableFrom(method.getReturnType())) {
                found.add(method.getName());
            }
        }

        // Then
        assertThat(found).isEqualTo(expected);
    }

    private static Set<String> with(Set<String> common, String... own) {
        Set<String> all = new TreeSet<>(common);
        all.addAll(Arrays.asList(own));
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t"})
    void aStateThatIsNotWellCannotBeMadeWithoutAReason(String blank) {
        Stream<Function<String, StudentLife>> constructors = Stream.of(
                Failed::new,
                Diverged::new,
                reason -> new Held(reason, new Learning()),
                Fenced::new,
                Refused::new,
                Broken::new);
        assertThat(constructors)
                .allSatisfy(made -> assertThatThrownBy(() -> made.apply(blank))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("a student that cannot learn must say why"));
    }

    static Stream<Arguments> reports() {
        return Stream.of(
                Arguments.of(new Waiting(), StudentState.STUDENT_STATE_WAITING, ""),
                Arguments.of(new Learning(), StudentState.STUDENT_STATE_TRAINING, ""),
                Arguments.of(new Paused(), StudentState.STUDENT_STATE_PAUSED, ""),
                Arguments.of(new Failed("a"), StudentState.STUDENT_STATE_FAILED, "a"),
                Arguments.of(new Diverged("b"), StudentState.STUDENT_STATE_FAILED, "b"),
                Arguments.of(new Finished(LAST), StudentState.STUDENT_STATE_FINISHED, ""),
                Arguments.of(new Held("c", new Paused()), StudentState.STUDENT_STATE_FAILED, "c"),
                Arguments.of(new Fenced("d"), StudentState.STUDENT_STATE_FAILED, "d"),
                Arguments.of(new Refused("e"), StudentState.STUDENT_STATE_FAILED, "e"),
                Arguments.of(new Broken("f"), StudentState.STUDENT_STATE_FAILED, "f"));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void eachStateIsReported(StudentLife state, StudentState reported, String problem) {
        assertThat(state.reported()).isEqualTo(reported);
        assertThat(state.problem()).isEqualTo(problem);
    }
}
