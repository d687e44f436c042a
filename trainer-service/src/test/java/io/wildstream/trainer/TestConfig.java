// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.trainer.config.TrainerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A trainer's configuration for tests: small intervals, the repository's models. */
public record TestConfig(
        String student,
        List<Path> models,
        String checkpoints,
        Duration checkpointInterval,
        int keepCheckpoints,
        int evaluationInterval,
        Optional<Path> holdout,
        int queueCapacity,
        Optional<Path> dataSets,
        Mode mode)
        implements TrainerConfig {

    @Override
    public Optional<List<String>> allowedModels() {
        return Optional.empty();
    }

    @Override
    public long keepEvery() {
        return 0;
    }

    @Override
    public S3 s3() {
        throw new IllegalStateException("a directory asks for no S3 settings");
    }

    public static TestConfig of(Path checkpoints) {
        return new TestConfig(
                "anna",
                List.of(repositoryModels()),
                checkpoints.toString(),
                Duration.ofMillis(100),
                3,
                20,
                Optional.empty(),
                64,
                Optional.empty(),
                Mode.LEARN);
    }

    public static Path repositoryModels() {
        return Path.of(System.getProperty("test.models", "../deploy/models"));
    }

    public TestConfig withMode(Mode other, Path otherCheckpoints) {
        return new TestConfig(
                student,
                models,
                otherCheckpoints.toString(),
                checkpointInterval,
                keepCheckpoints,
                evaluationInterval,
                holdout,
                queueCapacity,
                dataSets,
                other);
    }

    public TestConfig withModels(Path... directories) {
        return new TestConfig(
                student,
                List.of(directories),
                checkpoints,
                checkpointInterval,
                keepCheckpoints,
                evaluationInterval,
                holdout,
                queueCapacity,
                dataSets,
                mode);
    }

    public TestConfig withCheckpointInterval(Duration interval) {
        return new TestConfig(
                student,
                models,
                checkpoints,
                interval,
                keepCheckpoints,
                evaluationInterval,
                holdout,
                queueCapacity,
                dataSets,
                mode);
    }

    public TestConfig withKeepCheckpoints(int count) {
        return new TestConfig(
                student,
                models,
                checkpoints,
                checkpointInterval,
                count,
                evaluationInterval,
                holdout,
                queueCapacity,
                dataSets,
                mode);
    }

    public TestConfig withHoldout(Path file) {
        return new TestConfig(
                student,
                models,
                checkpoints,
                checkpointInterval,
                keepCheckpoints,
                evaluationInterval,
                Optional.of(file),
                queueCapacity,
                dataSets,
                mode);
    }

    public TestConfig withDataSets(Path sets) {
        return new TestConfig(
                student,
                models,
                checkpoints,
                checkpointInterval,
                keepCheckpoints,
                evaluationInterval,
                holdout,
                queueCapacity,
                Optional.of(sets),
                mode);
    }
}
