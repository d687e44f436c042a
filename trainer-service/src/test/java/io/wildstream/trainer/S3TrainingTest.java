// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.reference.testkit.S3Server;
import io.wildstream.trainer.config.TrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole student whose checkpoints lie on an S3-compatible server. */
@UsesBroker
class S3TrainingTest {

    private static S3Server server;

    @TempDir
    Path directory;

    private final TestCurriculum curriculum = new TestCurriculum(S3TrainingTest.class);

    @BeforeAll
    static void start() throws IOException {
        server = new S3Server();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void aCrashChangesNothing() {
        // Given
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));
        curriculum.write(curriculum.samples(200));
        curriculum.write(TestCurriculum.end(0, 1));
        TrainerConfig config = config(
                "s3://" + S3Server.BUCKET + "/students", server.endpoint().toString());

        // When
        for (int step : new int[] {10, 30}) {
            TestTrainer trainer = new TestTrainer(curriculum, config);
            trainer.await(() -> trainer.status.student().getStep() >= step || trainer.runner.result() != null);
            trainer.crash();
        }
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            result = trainer.finished();
        }

        // Then
        assertThat(result.getTrained()).isEqualTo(200);
        assertThat(result.getWeightsSha256()).isEqualTo(learnUndisturbed());
        assertThat(server.keys("students/" + result.getDirectory() + "/")).hasSize(result.getFilesCount());
        assertThat(server.keys("students/").stream()
                        .map(key -> key.split("/")[2])
                        .distinct())
                .hasSizeBetween(1, 3);
    }

    @Test
    void aStoreThatIsAwayFailsTheStudentWithTheKeyToFix() {
        // Given
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));

        // When
        try (TestTrainer trainer = new TestTrainer(curriculum, config("s3://bucket", "http://localhost:1"))) {
            trainer.await(StudentState.STUDENT_STATE_FAILED);

            // Then
            assertThat(trainer.status.problem()).contains("s3://bucket", "check wildstream.trainer.s3.endpoint");
        }
    }

    private String learnUndisturbed() {
        TestConfig config = TestConfig.of(directory.resolve("unused"));
        try (TestTrainer trainer =
                new TestTrainer(curriculum, config.withMode(TrainerConfig.Mode.VERIFY, directory.resolve("verify")))) {
            return trainer.finished().getWeightsSha256();
        }
    }

    private static TrainerConfig config(String place, String endpoint) {
        Map<String, String> values = Map.of(
                "wildstream.trainer.student",
                TestCurriculum.STUDENT,
                "wildstream.trainer.models",
                TestConfig.repositoryModels().toString(),
                "wildstream.trainer.checkpoints",
                place,
                "wildstream.trainer.checkpoint-interval",
                "100ms",
                "wildstream.trainer.s3.endpoint",
                endpoint,
                "wildstream.trainer.s3.access-key",
                "key",
                "wildstream.trainer.s3.secret-key",
                "secret",
                "wildstream.trainer.s3.path-style",
                "true");
        TrainerConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withConverter(Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .withMapping(TrainerConfig.class)
                .build()
                .getConfigMapping(TrainerConfig.class);
        config.check();
        return config;
    }
}
