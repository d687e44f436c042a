// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.TeacherSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@UsesBroker
class ControlTest {

    private final Topics topics = new Topics(TestBroker.prefix(getClass()));
    private final Map<String, Object> client = TestBroker.get().client();

    @BeforeEach
    void makeTopics() {
        try (var admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(
                    admin, List.of(topics.controlTopic(), topics.statusTopic(ServiceKind.SERVICE_KIND_TEACHER)));
        }
    }

    @Test
    void controlLogFollowsTheNewestSpecOfEachKeyAndLeavesGarbageOut() throws Exception {
        // Given
        write("teacher", teacher(1, "a"));
        write("teacher", teacher(2, "b"));
        TestLog.write(List.of(new ProducerRecord<>(
                topics.control(), "student/x".getBytes(StandardCharsets.UTF_8), new byte[] {1, 1, 1})));
        List<String> seen = new CopyOnWriteArrayList<>();

        try (ControlLog log = new ControlLog(
                client, topics, (key, spec) -> seen.add(spec.getTeacher().getModel()))) {
            // When
            boolean caughtUp = log.awaitCaughtUp(Duration.ofSeconds(120));
            write("teacher", teacher(3, "c"));

            // Then
            assertThat(caughtUp).isTrue();
            await().until(() -> log.newest().get("teacher").getGeneration() == 3);
            assertThat(seen).containsExactly("a", "b", "c");
            assertThat(log.newest()).containsOnlyKeys("teacher");
        }
    }

    @Test
    void aBadEntryIsNamedUntilItsKeyHasAGoodOneOrNone() throws Exception {
        // Given
        write("curriculum/Bad Name/..", teacher(1, "a"));
        write("student/x", teacher(1, "a"));
        write("teacher", teacher(1, "a"));
        write("teacher", ControlRecord.getDefaultInstance());

        try (ControlLog log = new ControlLog(client, topics, (key, spec) -> {})) {
            // When
            log.awaitCaughtUp(Waits.PATIENT);

            // Then: the good neighbour is served, and so is the value before a bad one
            assertThat(log.newest()).containsOnlyKeys("teacher");
            assertThat(log.newest().get("teacher").getTeacher().getModel()).isEqualTo("a");
            assertThat(log.leftOut()).isEqualTo(3);
            assertThat(log.problems())
                    .singleElement()
                    .asString()
                    .contains(
                            topics.control(),
                            "'curriculum/Bad Name/..' at offset 0 (curriculum 'Bad Name/..': must be",
                            "'student/x' at offset 1",
                            "'teacher' at offset 3",
                            "write an empty value under such a key");

            // When
            remove("curriculum/Bad Name/..");
            remove("student/x");
            write("teacher", teacher(2, "b"));

            // Then
            await().until(() -> log.problems().isEmpty());
            assertThat(log.leftOut()).isEqualTo(3);
            assertThat(log.newest().get("teacher").getTeacher().getModel()).isEqualTo("b");
        }
    }

    @Test
    void aReaderThatEndsForGoodSaysSo() {
        // Given
        write("teacher", teacher(1, "a"));

        // When
        try (ControlLog log = new ControlLog(client, topics, (key, spec) -> {
            throw new AssertionError("the process is broken");
        })) {

            // Then
            await().until(() -> !log.isAlive());
            assertThat(log.problems())
                    .singleElement()
                    .asString()
                    .contains(topics.control(), "no longer read", "the process is broken");
        }
    }

    @Test
    void aListenerThatFailsHidesNothing() {
        // Given
        write("teacher", teacher(1, "a"));
        write("teacher", teacher(2, "b"));
        List<String> seen = new CopyOnWriteArrayList<>();

        // When
        try (ControlLog log = new ControlLog(client, topics, (key, spec) -> {
            seen.add(spec.getTeacher().getModel());
            throw new IllegalStateException("once more");
        })) {

            // Then
            await().until(() -> seen.size() == 2);
            assertThat(seen).containsExactly("a", "b");
            assertThat(log.isAlive()).isTrue();
            assertThat(log.problems()).isEmpty();
        }
    }

    @Test
    void heartbeatsComeAndTheLastSaysStopped() throws Exception {
        // When
        try (var reporter = new StatusReporter(
                client,
                topics,
                "teacher-0",
                ServiceKind.SERVICE_KIND_TEACHER,
                status -> status.putObservedGenerations("teacher", 5))) {
            reporter.reportNow();
        }

        // Then
        var records = TestLog.committed(topics.status(ServiceKind.SERVICE_KIND_TEACHER));
        InstanceStatus first = InstanceStatus.parseFrom(records.get(0).value());
        InstanceStatus last =
                InstanceStatus.parseFrom(records.get(records.size() - 1).value());
        assertThat(first.getStopped()).isFalse();
        assertThat(first.getObservedGenerationsOrThrow("teacher")).isEqualTo(5);
        assertThat(last.getStopped()).isTrue();
        assertThat(last.getService()).isEqualTo(ServiceKind.SERVICE_KIND_TEACHER);
        assertThat(last.getStarted()).isEqualTo(first.getStarted());
    }

    @Test
    void keysNameWhatTheyAreAbout() {
        assertThat(ControlKeys.curriculumOf(ControlKeys.curriculum("dfnd"))).isEqualTo("dfnd");
        assertThat(ControlKeys.studentOf(ControlKeys.student("s1"))).isEqualTo("s1");
        assertThat(ControlKeys.studentOf(ControlKeys.TEACHER)).isNull();
    }

    private static ControlRecord teacher(long generation, String model) {
        return ControlRecord.newBuilder()
                .setGeneration(generation)
                .setTeacher(TeacherSpec.newBuilder().setModel(model))
                .build();
    }

    private void remove(String key) {
        TestLog.write(List.of(new ProducerRecord<>(topics.control(), key.getBytes(StandardCharsets.UTF_8), null)));
    }

    private void write(String key, ControlRecord record) {
        TestLog.write(List.of(
                new ProducerRecord<>(topics.control(), key.getBytes(StandardCharsets.UTF_8), record.toByteArray())));
    }
}
