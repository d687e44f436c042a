// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@UsesBroker
class OwnKafkaTest {

    private final String topic = TestBroker.prefix(OwnKafkaTest.class) + "-photos";

    @TempDir
    Path directory;

    @Test
    void aTopicThatIsNotThereIsSaidBeforeAnythingStarts() throws IOException {
        // Given
        KeyFile file = reading(topic);

        // When // Then
        assertThatThrownBy(file::requireKafka)
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("--config " + file.path())
                .hasMessageContaining("topic " + topic)
                .hasMessageContaining("wildstream.samples-topic")
                .hasMessageContaining("create the topic");
    }

    @Test
    void aTopicThatIsThereIsOnlyLookedAt() throws IOException {
        // Given
        KeyFile file = reading(topic);
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(new NewTopic(topic, Optional.of(2), Optional.empty())));
        }

        // When // Then
        assertThatCode(file::requireKafka).doesNotThrowAnyException();
    }

    private KeyFile reading(String samples) throws IOException {
        return KeyFile.read(Files.writeString(
                directory.resolve("my.properties"),
                "kafka.bootstrap.servers=" + TestBroker.get().bootstrapServers() + "\nwildstream.samples-topic="
                        + samples + "\n"));
    }
}
