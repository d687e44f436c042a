// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(TeacherServiceTest.Profile.class)
@UsesQuarkus
class TeacherServiceTest {

    private static final Topics TOPICS = new Topics("TeacherServiceTest");

    /** The service with a small model and topics of its own. */
    public static class Profile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "wildstream.topic-prefix",
                    TOPICS.prefix(),
                    "wildstream.partitions",
                    "2",
                    "wildstream.teacher.models",
                    Models.small().toString(),
                    "wildstream.teacher.model",
                    Models.FRAGILE);
        }
    }

    @Test
    void answersReportsAndFollowsControl() throws Exception {
        // Given
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> given().get("/q/health")
                        .then()
                        .statusCode(200)
                        .body("checks.name", hasItems("samples are scored", "pipeline makes progress")));

        // When
        TestLog.write(List.of(record("one"), new ProducerRecord<>(TOPICS.samples(), 0, null, new byte[] {7})));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> TestLog.committed(TOPICS.teacherOutputs()).size() == 1);
        TestLog.write(List.of(new ProducerRecord<>(
                TOPICS.control(),
                ControlKeys.TEACHER.getBytes(StandardCharsets.UTF_8),
                Models.spec(4, Models.FRAGILE, true).toByteArray())));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> newestStatus().getTeacher().getTeacher().getGeneration() == 4);
        TestLog.write(List.of(new ProducerRecord<>(
                TOPICS.control(),
                ControlKeys.TEACHER.getBytes(StandardCharsets.UTF_8),
                Models.spec(5, Models.LOGITS_ONLY, false).toByteArray())));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !newestStatus().getProblem().isEmpty());
        TestLog.write(List.of(record("two")));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> TestLog.committed(TOPICS.teacherOutputs()).size() == 2);

        // Then
        List<TeacherOutput> outputs = TestLog.committed(TOPICS.teacherOutputs()).stream()
                .map(TeacherServiceTest::output)
                .toList();
        assertThat(outputs)
                .extracting(output -> output.getTeacher().getGeneration())
                .containsExactly(0L, 4L);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> newestStatus().getTeacher().getOutputs() == 2);
        InstanceStatus status = newestStatus();
        assertThat(status.getInstance()).isEqualTo("teacher-0");
        assertThat(status.getService()).isEqualTo(ServiceKind.SERVICE_KIND_TEACHER);
        assertThat(status.getObservedGenerationsMap()).containsExactly(Map.entry("teacher", 4L));
        assertThat(status.getProblem()).contains("generation 5").contains("export.py");
        assertThat(status.getTeacher().getDeadLetters()).isEqualTo(1);
        assertThat(status.getTeacher().getInputShapeList()).containsExactly(1, 2, 2);
        assertThat(status.getTeacher().getClassesList()).containsExactly("zero", "one");
        assertThat(status.getTeacher().getFeatureSize()).isEqualTo(4);
        assertThat(status.getTeacher().getAccuracy()).isEqualTo(0.75);
        assertThat(status.getTeacher().getClassAccuracyList()).containsExactly(0.5, 1.0);
        assertThat(status.getTeacher().getNormalisation().getStdList()).containsExactly(1f);
        given().accept("text/plain;version=0.0.4")
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("wildstream_teacher_outputs_total{origin=\"model\",} 2.0"))
                .body(containsString("wildstream_teacher_dead_letters_total{reason=\"malformed\",} 1.0"))
                .body(containsString("wildstream_teacher_batch_samples_bucket"))
                .body(containsString("wildstream_teacher_step_seconds_count{step=\"forward\",}"))
                .body(containsString("wildstream_teacher_lag_records"))
                .body(containsString("wildstream_teacher_generation 4.0"));
        given().get("/q/health/live").then().statusCode(200);
    }

    private static ProducerRecord<byte[], byte[]> record(String id) {
        Sample sample = Stream.tensor(id, 2, 3);
        return new ProducerRecord<>(
                TOPICS.samples(), 1, null, null, sample.toByteArray(), CloudEvents.headers(sample, id, "/test"));
    }

    private static TeacherOutput output(ConsumerRecord<byte[], byte[]> record) {
        try {
            return TeacherOutput.parseFrom(record.value());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InstanceStatus newestStatus() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> all = TestLog.committed(TOPICS.status(ServiceKind.SERVICE_KIND_TEACHER));
        return all.isEmpty()
                ? InstanceStatus.getDefaultInstance()
                : InstanceStatus.parseFrom(all.get(all.size() - 1).value());
    }
}
