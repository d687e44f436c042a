// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import java.util.List;
import org.junit.jupiter.api.Test;

@UsesBroker
class TopicsTest {

    private final Topics topics = new Topics("wildstream");

    @Test
    void namesAreThoseOfTheDocumentation() {
        assertThat(topics.samples()).isEqualTo("wildstream.samples");
        assertThat(topics.teacherOutputs()).isEqualTo("wildstream.teacher-outputs");
        assertThat(topics.curriculum("dfnd-global")).isEqualTo("wildstream.curriculum.dfnd-global");
        assertThat(topics.curriculumOf("wildstream.curriculum.dfnd-global")).isEqualTo("dfnd-global");
        assertThat(topics.curriculumOf("wildstream.samples")).isNull();
        assertThat(topics.deadLetters(Stage.SELECTOR)).isEqualTo("wildstream.selector-dlq");
    }

    @Test
    void theRoleOfATopicIsTheSameWhateverItIsCalled() {
        Topics own = new Topics("wildstream", "photos");
        assertThat(own.role("photos")).isEqualTo("samples");
        assertThat(own.role("wildstream.curriculum.dfnd")).isEqualTo("curriculum.dfnd");
        assertThat(topics.role("wildstream.samples")).isEqualTo("samples");
        assertThat(new Topics("a.much-longer.prefix", "wild").role("wild")).isEqualTo("samples");
    }

    @Test
    void refusesNamesThatKafkaOrPeopleWouldStumbleOver() {
        for (String name : List.of("", "Dfnd", "1st", "a_b", "a.b", "a/b", "x".repeat(64))) {
            assertThatThrownBy(() -> topics.curriculum(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("curriculum '" + name + "'");
        }
        assertThatThrownBy(() -> new Topics("a b")).hasMessageContaining("wildstream.topic-prefix");
    }

    @Test
    void makesMissingTopicsWithTheirSettingsAndLeavesOthersAlone() throws Exception {
        // Given
        Topics own = new Topics(TestBroker.prefix(getClass()));
        var wanted = List.of(own.stream(own.samples(), 3), own.curriculumTopic("a"), own.controlTopic());

        try (var admin = TestBroker.get().admin()) {
            // When
            TopicAdmin.ensure(admin, wanted);
            TopicAdmin.ensure(admin, List.of(own.stream(own.samples(), 7), own.checkpointsTopic()));

            // Then
            assertThat(TopicAdmin.partitions(admin, own.samples())).isEqualTo(3);
            assertThat(TopicAdmin.partitions(admin, own.curriculum("a"))).isEqualTo(1);
            assertThat(TopicAdmin.partitions(admin, own.checkpoints())).isEqualTo(1);
            var resource = new org.apache.kafka.common.config.ConfigResource(
                    org.apache.kafka.common.config.ConfigResource.Type.TOPIC, own.control());
            var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
            assertThat(config.get("max.message.bytes").value()).isEqualTo("1048576");
            assertThat(config.get("compression.type").value()).isEqualTo("uncompressed");
            assertThat(own.stream(own.samples(), 3).configs())
                    .as("a producer whose clock is behind must not make retention delete what nobody has read")
                    .containsEntry("message.timestamp.type", "LogAppendTime");
        }
    }
}
