// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.selector.app.TestSettings;
import io.wildstream.selector.metrics.SelectorMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others do to topics: partitions added to {@code teacher-outputs}, while a selector runs and while none does; a topic deleted. */
@UsesBroker
class ChangedTopicsTest {

    @TempDir
    Path directory;

    private final Topics topics = new Topics(TestBroker.prefix(ChangedTopicsTest.class));

    @BeforeEach
    void keepEverything() {
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(topics.controlTopic(), topics.stream(topics.teacherOutputs(), 2)));
        }
        TestLog.write(List.of(new ProducerRecord<>(
                topics.control(),
                TeacherOutputs.bytes(ControlKeys.curriculum("all")),
                Policies.threshold(1, 100).toByteArray())));
    }

    @Test
    void aSelectorThatRunsGoesOnWithThem() throws Exception {
        // Given
        try (Selector selector = start()) {
            write(0, 50, 2);
            awaitSelected(100);

            // When
            grow(4);
            write(50, 50, 4);
            awaitSelected(300);

            // Then
            assertThat(selected()).hasSize(300).containsValue(1).doesNotContainValue(2);
            assertThat(selector.problem()).isEmpty();
            assertThat(selector.failed()).isFalse();
        }
    }

    @Test
    void aSelectorThatStartsLaterGoesOnWithThem() throws Exception {
        // Given
        try (Selector selector = start()) {
            write(0, 50, 2);
            awaitSelected(100);
        }

        // When
        grow(3);
        write(50, 50, 3);
        try (Selector selector = start()) {
            awaitSelected(250);

            // Then
            assertThat(selected()).hasSize(250).doesNotContainValue(2);
            assertThat(selector.problem()).isEmpty();
        }
    }

    @Test
    void aCurriculumThatIsDeletedHoldsUpNothing() throws Exception {
        // Given
        TestLog.write(List.of(new ProducerRecord<>(
                topics.control(),
                TeacherOutputs.bytes(ControlKeys.curriculum("other")),
                Policies.threshold(1, 100).toByteArray())));
        try (Selector selector = start()) {
            write(0, 50, 2);
            awaitSelected(100);

            // When
            try (Admin admin = TestBroker.get().admin()) {
                admin.deleteTopics(List.of(topics.curriculum("other"))).all().get();
            }
            write(50, 50, 2);

            // Then
            awaitSelected(200);
            assertThat(selected()).hasSize(200).doesNotContainValue(2);
            assertThat(TestLog.committed(topics.curriculum("other"))).isNotEmpty();
            assertThat(selector.problem()).isEmpty();
        }
    }

    @Test
    void aRecordFromTheFutureHoldsUpNothing() throws Exception {
        // Given: a topic that keeps the time of the producer, whose clock was ahead by two days
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, topics.teacherOutputs());
        try (Admin admin = TestBroker.get().admin()) {
            admin.incrementalAlterConfigs(Map.of(
                            topic,
                            List.of(
                                    set("message.timestamp.type", "CreateTime"),
                                    set("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)))))
                    .all()
                    .get();
        }
        ProducerRecord<byte[], byte[]> made = TeacherOutputs.record(
                topics.teacherOutputs(), TeacherOutputs.output(0, 0).build());
        long ahead = System.currentTimeMillis() + Duration.ofDays(2).toMillis();
        TestLog.write(List.of(
                new ProducerRecord<>(made.topic(), made.partition(), ahead, made.key(), made.value(), made.headers())));

        try (Selector selector = start()) {
            // When
            write(1, 50, 2);

            // Then
            awaitSelected(101);
            assertThat(selected()).hasSize(101).doesNotContainValue(2);
            assertThat(selector.problem()).isEmpty();
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    private Selector start() throws InterruptedException {
        Map<String, Object> client = new HashMap<>(TestBroker.get().client());
        client.put("metadata.max.age.ms", 1000);
        return new Selector(
                client,
                TestSettings.selector(topics, "selector-0", 2, directory),
                new SelectorMetrics(new SimpleMeterRegistry()));
    }

    private void grow(int partitions) {
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.grow(admin, topics.teacherOutputs(), partitions);
        }
    }

    private void write(long first, int count, int partitions) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (long offset = first; offset < first + count; offset++) {
            for (int partition = 0; partition < partitions; partition++) {
                records.add(TeacherOutputs.record(
                        topics.teacherOutputs(),
                        TeacherOutputs.output(partition, offset).build()));
            }
        }
        TestLog.write(records);
    }

    private void awaitSelected(int count) {
        await().atMost(Waits.PATIENT)
                .ignoreExceptions()
                .until(() -> TestLog.committed(topics.curriculum("all")).size() >= count);
    }

    /** How often each sample was selected. */
    private Map<SamplePosition, Integer> selected() throws Exception {
        Map<SamplePosition, Integer> times = new HashMap<>();
        for (var record : TestLog.committed(topics.curriculum("all"))) {
            CurriculumRecord entry = CurriculumRecord.parseFrom(record.value());
            times.merge(entry.getSelected().getTeacherOutput().getPosition(), 1, Integer::sum);
        }
        return times;
    }
}
