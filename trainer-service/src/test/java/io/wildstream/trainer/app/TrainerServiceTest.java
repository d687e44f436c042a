// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.trainer.TestConfig;
import io.wildstream.trainer.TestCurriculum;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(TrainerServiceTest.Profile.class)
@UsesQuarkus
class TrainerServiceTest {

    /** Carries the prefix between the class loaders of the test and the application. */
    private static final String PREFIX = "trainer-service-test.prefix";

    private static final TestCurriculum CURRICULUM = new TestCurriculum(System.getProperty(PREFIX));

    /** One student on the tests' broker. */
    public static class Profile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            String prefix = TestBroker.prefix(TrainerServiceTest.class);
            System.setProperty(PREFIX, prefix);
            try {
                return Map.of(
                        "wildstream.topic-prefix",
                        prefix,
                        "wildstream.trainer.student",
                        TestCurriculum.STUDENT,
                        "wildstream.trainer.models",
                        TestConfig.repositoryModels().toString(),
                        "wildstream.trainer.checkpoints",
                        Files.createTempDirectory("trainer-service-test").toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void learnsAndTellsHowItIs() {
        // Given
        CURRICULUM.write(TestCurriculum.change(TestCurriculum.spec(1)));
        CURRICULUM.write(CURRICULUM.samples(40));

        // When
        CURRICULUM.write(TestCurriculum.end(0, 1));

        // Then
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> heartbeat().getStudent().getState() == StudentState.STUDENT_STATE_FINISHED);
        InstanceStatus heartbeat = heartbeat();
        assertThat(heartbeat.getInstance()).isEqualTo("trainer-anna");
        assertThat(heartbeat.getObservedGenerationsMap()).containsEntry("student/anna", 1L);
        assertThat(heartbeat.getStudent().getTrained()).isEqualTo(40);
        RestAssured.get("/q/health/live").then().statusCode(200);
        RestAssured.get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'student' }.data.state", equalTo("STUDENT_STATE_FINISHED"));
        RestAssured.given()
                .accept("text/plain;version=0.0.4")
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("wildstream_trainer_step_seconds_count{kind=\"fresh\",student=\"anna\",} 3"))
                .body(containsString("wildstream_trainer_trained_samples{student=\"anna\",} 40.0"))
                .body(containsString("wildstream_trainer_loss{student=\"anna\",term=\"dfnd.kd\",}"))
                .body(containsString("wildstream_trainer_starvation_seconds_total"))
                .body(containsString("wildstream_trainer_checkpoint_age_seconds"))
                .body(containsString("wildstream_trainer_checkpoint_seconds_count"));
    }

    private static InstanceStatus heartbeat() {
        InstanceStatus newest = InstanceStatus.getDefaultInstance();
        for (var record : TestLog.committed(CURRICULUM.topics.status(ServiceKind.SERVICE_KIND_TRAINER))) {
            try {
                newest = InstanceStatus.parseFrom(record.value());
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
        return newest;
    }
}
