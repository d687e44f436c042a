// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.TopicProvision;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.teacher.Models;
import io.wildstream.teacher.Stream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** A process that starts while the newest teacher spec cannot be used. */
@QuarkusTest
@TestProfile(RefusedAtStartTest.Profile.class)
@UsesQuarkus
class RefusedAtStartTest {

    private static final Topics TOPICS = new Topics("RefusedAtStartTest");
    private static final Duration LONG = Waits.PATIENT;

    /** The service with a good model of its own, and a log that asks for a bad one. */
    public static class Profile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "wildstream.topic-prefix",
                    TOPICS.prefix(),
                    "wildstream.partitions",
                    "1",
                    "wildstream.teacher.models",
                    Models.small().toString(),
                    "wildstream.teacher.model",
                    Models.FRAGILE);
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Asked.class));
        }
    }

    /** What was asked for before the process starts: a good teacher, then a bad one. */
    public static class Asked implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            try (var admin = TestBroker.get().admin()) {
                new TopicProvision(admin, TOPICS, true, 1).single(TOPICS.controlTopic());
            }
            ask(Models.spec(1, Models.FRAGILE, false));
            ask(Models.spec(2, Models.LOGITS_ONLY, false));
            return Map.of();
        }

        @Override
        public void stop() {
            // The broker ends with the tests.
        }
    }

    @Test
    void answersNothingUntilABetterSpecComes() throws Exception {
        // Given
        await().atMost(LONG).until(() -> newestStatus().getTeacher().getRefusedGeneration() == 2);

        // When
        Sample sample = Stream.tensor("one", 2, 3);
        TestLog.write(List.of(new ProducerRecord<>(
                TOPICS.samples(), 0, null, null, sample.toByteArray(), CloudEvents.headers(sample, "one", "/test"))));

        // Then
        assertThat(newestStatus().getProblem())
                .contains("teacher generation 2 was refused")
                .contains("export.py")
                .contains("./wildstream teacher set MODEL");
        assertThat(newestStatus().getTeacher().getRefusal()).contains("export.py");
        assertThat(newestStatus().getObservedGenerationsMap()).isEmpty();
        given().get("/q/health/ready").then().statusCode(503).body(containsString("generation 2 was refused"));
        given().get("/q/health/live").then().statusCode(200);
        given().accept("text/plain;version=0.0.4")
                .get("/q/metrics")
                .then()
                .body(containsString("wildstream_teacher_model_loads_total{result=\"loaded\",} 1.0"))
                .body(containsString("wildstream_teacher_model_loads_total{result=\"refused\",} 1.0"));

        // When
        ask(Models.spec(3, "", false));

        // Then
        await().atMost(LONG)
                .until(() -> TestLog.committed(TOPICS.teacherOutputs()).size() == 1);
        TeacherOutput output = TeacherOutput.parseFrom(
                TestLog.committed(TOPICS.teacherOutputs()).get(0).value());
        assertThat(output.getTeacher().getGeneration()).isEqualTo(3);
        assertThat(output.getTeacher().getName()).isEqualTo(Models.FRAGILE);
        await().atMost(LONG).until(() -> newestStatus().getProblem().isEmpty());
        assertThat(newestStatus().getTeacher().getRefusedGeneration()).isZero();
        given().get("/q/health/ready").then().statusCode(200);
    }

    private static void ask(ControlRecord record) {
        TestLog.write(List.of(new ProducerRecord<>(
                TOPICS.control(), ControlKeys.TEACHER.getBytes(StandardCharsets.UTF_8), record.toByteArray())));
    }

    private static InstanceStatus newestStatus() throws Exception {
        try (var admin = TestBroker.get().admin()) {
            if (!admin.listTopics().names().get().contains(TOPICS.status(ServiceKind.SERVICE_KIND_TEACHER))) {
                return InstanceStatus.getDefaultInstance();
            }
        }
        var all = TestLog.committed(TOPICS.status(ServiceKind.SERVICE_KIND_TEACHER));
        return all.isEmpty()
                ? InstanceStatus.getDefaultInstance()
                : InstanceStatus.parseFrom(all.get(all.size() - 1).value());
    }
}
