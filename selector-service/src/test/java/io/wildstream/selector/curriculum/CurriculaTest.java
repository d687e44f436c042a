// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.curriculum;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.selector.Policies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurriculaTest {

    private final List<String> made = new ArrayList<>();
    private boolean broken;
    private @Nullable RuntimeException answer;
    private final Curricula curricula = new Curricula(this::make);

    @Test
    void shouldOfferACurriculumOnceItsTopicExists() {
        // Given
        broken = true;
        ControlRecord record = Policies.random(1, 0.5, 1);
        curricula.accept("curriculum/a", record);
        assertThat(curricula.current()).isEmpty();
        assertThat(curricula.problem()).contains("'a'").contains("no broker");

        // When
        broken = false;
        curricula.reconcile(Map.of("curriculum/a", record));

        // Then
        assertThat(made).containsExactly("a");
        assertThat(curricula.current()).containsOnlyKeys("a");
        assertThat(curricula.problem()).isEmpty();
    }

    @Test
    void shouldForgetADeletedTopicOnceAnybodyHasMadeItAgain() {
        // Given
        curricula.accept("curriculum/a", Policies.random(1, 0.5, 1));
        broken = true;
        curricula.restore(Set.of(), name -> "topic." + name);
        assertThat(curricula.problem()).contains("'a': its topic was deleted").contains("no broker");

        // When
        curricula.restore(Set.of("topic.a"), name -> "topic." + name);

        // Then
        assertThat(curricula.problem()).isEmpty();
        assertThat(made).containsExactly("a");
    }

    @Test
    void shouldSayThatItAwaitsKafkaUntilATopicIsThere() {
        // Given
        ControlRecord record = Policies.random(1, 0.5, 1);
        answer = new IllegalStateException("no topics", new TimeoutException("timed out waiting for a node"));
        curricula.accept("curriculum/a", record);
        assertThat(curricula.awaitsKafka()).isTrue();

        // When
        answer = null;
        curricula.reconcile(Map.of("curriculum/a", record));

        // Then
        assertThat(curricula.awaitsKafka()).isFalse();
        assertThat(curricula.current()).containsOnlyKeys("a");
    }

    @Test
    void shouldNotAwaitKafkaForATopicThatItRefuses() {
        // Given
        answer = new IllegalStateException("not allowed", new TopicAuthorizationException("a"));

        // When
        curricula.accept("curriculum/a", Policies.random(1, 0.5, 1));

        // Then
        assertThat(curricula.awaitsKafka()).isFalse();
        assertThat(curricula.problem()).contains("not allowed");
    }

    @Test
    void shouldGoOnWithTheGenerationBeforeAnInvalidOne() {
        // Given
        curricula.accept("curriculum/a", Policies.random(1, 0.5, 1));

        // When
        curricula.accept("curriculum/a", Policies.random(2, 1.5, 1));

        // Then
        assertThat(curricula.current().get("a").generation()).isEqualTo(1);
        assertThat(curricula.problem())
                .isEqualTo("curriculum 'a' generation 2: random.rate is 1.5: it must be in (0, 1]");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.0001, Double.NaN, Double.POSITIVE_INFINITY})
    void shouldRefuseARateOutsideItsRange(double rate) {
        // Given
        ControlRecord record = Policies.keepRate(1, rate, Balance.BALANCE_CLASS);

        // When
        curricula.accept("curriculum/a", record);

        // Then
        assertThat(curricula.current()).isEmpty();
        assertThat(curricula.problem()).contains("keep_rate.rate");
    }

    @Test
    void shouldRefuseWhatItCannotRun() {
        // Given
        var window = SelectionPolicy.newBuilder()
                .setKeepRate(KeepRatePolicy.newBuilder().setRate(0.5).setWindow(70_000));

        // When
        curricula.accept(
                "curriculum/empty", ControlRecord.newBuilder().setGeneration(1).build());
        curricula.accept("curriculum/threshold", Policies.threshold(1, Double.NaN));
        curricula.accept("curriculum/window", Policies.control(1, window));
        curricula.accept("curriculum/Not A Name", Policies.random(1, 0.5, 1));
        curricula.accept(
                "student/a", ControlRecord.newBuilder().setGeneration(1).build());

        // Then
        assertThat(curricula.current()).isEmpty();
        assertThat(curricula.problem())
                .contains("the policy is empty")
                .contains("threshold.max_noise_value")
                .contains("keep_rate.window is 70000")
                .contains("'Not A Name'");
    }

    @Test
    void shouldForgetWhatHasLeftControl() {
        // Given
        ControlRecord record = Policies.random(1, 0.5, 1);
        curricula.accept("curriculum/a", record);
        curricula.accept("curriculum/b", record);
        curricula.accept("curriculum/c", Policies.random(1, 5, 1));

        // When
        curricula.reconcile(Map.of("curriculum/b", record));

        // Then
        assertThat(curricula.current()).containsOnlyKeys("b");
        assertThat(curricula.problem()).isEmpty();
    }

    private void make(String name) {
        if (broken) {
            throw new IllegalStateException("no broker");
        }
        if (answer != null) {
            throw answer;
        }
        made.add(name);
    }
}
