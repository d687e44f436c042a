// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@UsesBroker
class TopicProvisionTest {

    private final Topics topics = new Topics(TestBroker.prefix(getClass()));
    private final Admin admin = TestBroker.get().admin();

    @AfterEach
    void close() {
        admin.close();
    }

    @Test
    void namesEveryTopicThatAnOperatorHasForgottenAndHowToMakeIt() {
        // Given
        TopicProvision looks = new TopicProvision(admin, topics, false, 4);

        // When, Then
        assertThatThrownBy(() -> looks.single(topics.controlTopic(), topics.checkpointsTopic()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(topics.control() + " does not exist")
                .hasMessageContaining("1 partition and cleanup.policy=compact")
                .hasMessageContaining(topics.checkpoints() + " does not exist")
                .hasMessageContaining("wildstream.create-topics=true");
        assertThatThrownBy(() -> looks.stream(topics.samples(), topics.teacherOutputs()))
                .hasMessageContaining(topics.teacherOutputs() + " does not exist")
                .hasMessageContaining("as many partitions as " + topics.samples());
    }

    @Test
    void namesWrongPartitionCounts() {
        // Given
        make(topics.control(), 2);
        make(topics.samples(), 2);
        make(topics.teacherOutputs(), 3);
        TopicProvision looks = new TopicProvision(admin, topics, false, 4);

        // When, Then
        assertThatThrownBy(() -> looks.single(topics.controlTopic()))
                .hasMessageContaining(topics.control() + " has 2 partitions")
                .hasMessageContaining("with 1");
        assertThatThrownBy(() -> looks.stream(topics.samples(), topics.teacherOutputs()))
                .hasMessageContaining(topics.teacherOutputs() + " has 3 partitions")
                .hasMessageContaining(topics.samples() + " has 2")
                .hasMessageContaining("--alter --topic " + topics.samples() + " --partitions 3");
        assertThatCode(() -> looks.stream(topics.teacherOutputs())).doesNotThrowAnyException();
    }

    @Test
    void whatIsMadeHasAsManyPartitionsAsTheSamplesThatAreThere() {
        // Given
        make(topics.samples(), 3);
        TopicProvision makes = new TopicProvision(admin, topics, true, 5);

        // When
        makes.stream(topics.teacherOutputs());
        makes.stream(topics.samples(), topics.teacherOutputs());

        // Then
        assertThat(TopicAdmin.partitions(admin, topics.samples())).isEqualTo(3);
        assertThat(TopicAdmin.partitions(admin, topics.teacherOutputs())).isEqualTo(3);
    }

    @Test
    void partitionsThatOthersAddedStopNobodyWhereNothingMayBeChanged() {
        // Given
        make(topics.samples(), 2);
        make(topics.teacherOutputs(), 2);
        TopicAdmin.grow(admin, topics.samples(), 5);

        // When
        new TopicProvision(admin, topics, false, 2).stream(topics.samples(), topics.teacherOutputs());

        // Then
        assertThat(TopicAdmin.partitions(admin, topics.teacherOutputs())).isEqualTo(2);
    }

    @Test
    void givesTheOtherTopicAsManyPartitionsWhereItMay() {
        // Given
        make(topics.samples(), 2);
        make(topics.teacherOutputs(), 2);
        TopicProvision makes = new TopicProvision(admin, topics, true, 2);

        // When
        TopicAdmin.grow(admin, topics.samples(), 3);
        makes.stream(topics.samples(), topics.teacherOutputs());
        int outputs = TopicAdmin.partitions(admin, topics.teacherOutputs());
        TopicAdmin.grow(admin, topics.teacherOutputs(), 4);
        makes.stream(topics.samples(), topics.teacherOutputs());

        // Then
        assertThat(outputs).isEqualTo(3);
        assertThat(TopicAdmin.partitions(admin, topics.samples())).isEqualTo(4);
    }

    @Test
    void neverChangesATopicOfTheUsersOwn() {
        // Given
        String photos = TestBroker.prefix(getClass()) + "-photos";
        Topics own = Topics.of(topics.prefix(), Optional.of(photos));
        make(photos, 2);
        make(own.teacherOutputs(), 3);

        // When, Then
        assertThatThrownBy(() -> new TopicProvision(admin, own, true, 2).stream(own.samples(), own.teacherOutputs()))
                .hasMessageContaining("--alter --topic " + photos + " --partitions 3");
        assertThat(TopicAdmin.partitions(admin, photos)).isEqualTo(2);
    }

    @Test
    void neverMakesATopicOfTheUsersOwn() {
        // Given
        String photos = TestBroker.prefix(getClass()) + "-photos";
        Topics own = Topics.of(topics.prefix(), Optional.of(photos));
        TopicProvision makes = new TopicProvision(admin, own, true, 5);

        // When, Then
        assertThatThrownBy(() -> makes.stream(own.samples(), own.teacherOutputs()))
                .hasMessageContaining(photos + ", which wildstream.samples-topic names, does not exist");
        make(photos, 2);
        makes.stream(own.samples(), own.teacherOutputs());
        assertThat(TopicAdmin.partitions(admin, own.teacherOutputs())).isEqualTo(2);
    }

    @Test
    void aTopicOfTheUsersOwnIsNoneOfOurs() {
        assertThat(Topics.of("wildstream", Optional.of("photos")).samples()).isEqualTo("photos");
        assertThat(Topics.of("wildstream", Optional.of("photos")).makesSamples())
                .isFalse();
        assertThat(Topics.of("wildstream", Optional.empty()).makesSamples()).isTrue();
        for (String name : List.of("wildstream.control", "", "a b", "..", "x".repeat(250))) {
            assertThatThrownBy(() -> Topics.of("wildstream", Optional.of(name)))
                    .as(name)
                    .hasMessageContaining("wildstream.samples-topic '" + name + "'");
        }
    }

    private void make(String name, int partitions) {
        TopicAdmin.ensure(admin, List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())));
    }
}
