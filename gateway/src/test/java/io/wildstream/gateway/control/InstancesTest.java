// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.gateway.Kafkas;
import io.wildstream.gateway.testkit.Configs;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Heartbeats in the one topic of versions before, while services are upgraded one by one. */
@UsesBroker
class InstancesTest {

    private final String prefix = TestBroker.prefix(getClass());
    private final Topics names = new Topics(prefix);

    @Test
    void takesTheNewestHeartbeatOfBothTopics() throws Exception {
        // Given
        try (var admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(new NewTopic(names.formerStatus(), 1, (short) 1)));
        }
        try (Kafkas kafka = new Kafkas(
                Configs.cluster(Map.of("wildstream.topic-prefix", prefix)),
                Configs.kafka(TestBroker.get().bootstrapServers()))) {
            kafka.kafka().ensureTopics();
            long now = Instant.now().getEpochSecond();
            String own = names.status(ServiceKind.SERVICE_KIND_TEACHER);

            // When: one teacher is not upgraded yet, one was, one has gone back
            TestLog.write(List.of(
                    heartbeat(names.formerStatus(), "old", now, "old"),
                    heartbeat(names.formerStatus(), "upgraded", now - 60, "old"),
                    heartbeat(own, "upgraded", now, "new"),
                    heartbeat(own, "gone-back", now - 60, "new"),
                    heartbeat(names.formerStatus(), "gone-back", now, "old")));
            Instances instances =
                    new Instances(kafka.kafka(), kafka.kafka().exists(names.formerStatus()), () -> false, () -> {});

            // Then
            try {
                await().atMost(Waits.PATIENT)
                        .untilAsserted(() -> assertThat(instances.all())
                                .extracting(InstanceStatus::getInstance, InstanceStatus::getProblem)
                                .containsExactly(
                                        tuple("gone-back", "old"), tuple("old", "old"), tuple("upgraded", "new")));
            } finally {
                instances.topics().forEach(topic -> topic.close());
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> heartbeat(String topic, String instance, long seconds, String said) {
        InstanceStatus status = InstanceStatus.newBuilder()
                .setInstance(instance)
                .setService(ServiceKind.SERVICE_KIND_TEACHER)
                .setTime(Timestamp.newBuilder().setSeconds(seconds))
                .setProblem(said)
                .build();
        return new ProducerRecord<>(topic, instance.getBytes(StandardCharsets.UTF_8), status.toByteArray());
    }
}
