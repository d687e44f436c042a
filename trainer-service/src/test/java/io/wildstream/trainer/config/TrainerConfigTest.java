// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.config;

import io.wildstream.trainer.checkpoint.CheckpointStores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.wildstream.trainer.checkpoint.Retention;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerConfigTest {

    private static final Map<String, String> REQUIRED = Map.of(
            "wildstream.trainer.student", "anna",
            "wildstream.trainer.models", "models,more",
            "wildstream.trainer.checkpoints", "checkpoints");

    @Test
    void defaults() {
        // When
        TrainerConfig config = read(Map.of());

        // Then
        config.check();
        assertThat(config.student()).isEqualTo("anna");
        assertThat(config.models()).containsExactly(Path.of("models"), Path.of("more"));
        assertThat(config.checkpointInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.checkpoints()).isEqualTo("checkpoints");
        assertThat(config.keepCheckpoints()).isEqualTo(3);
        assertThat(config.keepEvery()).isZero();
        assertThat(config.s3().endpoint()).isEmpty();
        assertThat(config.s3().region()).isEmpty();
        assertThat(config.s3().accessKey()).isEmpty();
        assertThat(config.s3().secretKey()).isEmpty();
        assertThat(config.s3().pathStyle()).isFalse();
        assertThat(config.s3().cache()).isEmpty();
        assertThat(config.evaluationInterval()).isEqualTo(100);
        assertThat(config.holdout()).isEmpty();
        assertThat(config.queueCapacity()).isEqualTo(1024);
        assertThat(config.mode()).isEqualTo(TrainerConfig.Mode.LEARN);
    }

    @Test
    void everyKeyCanBeSet() {
        // When
        TrainerConfig config = read(Map.of(
                "wildstream.trainer.checkpoint-interval", "5s",
                "wildstream.trainer.keep-checkpoints", "7",
                "wildstream.trainer.evaluation-interval", "50",
                "wildstream.trainer.holdout", "holdout.pb.gz",
                "wildstream.trainer.queue-capacity", "10",
                "wildstream.trainer.mode", "verify"));

        // Then
        assertThat(config.checkpointInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.keepCheckpoints()).isEqualTo(7);
        assertThat(config.evaluationInterval()).isEqualTo(50);
        assertThat(config.holdout()).contains(Path.of("holdout.pb.gz"));
        assertThat(config.queueCapacity()).isEqualTo(10);
        assertThat(config.mode()).isEqualTo(TrainerConfig.Mode.VERIFY);
    }

    @Test
    void anS3StoreCanBeNamed() {
        // When
        TrainerConfig config = read(Map.of(
                "wildstream.trainer.checkpoints", "s3://bucket/some/prefix/",
                "wildstream.trainer.keep-every", "1000",
                "wildstream.trainer.s3.endpoint", "http://localhost:9000",
                "wildstream.trainer.s3.region", "eu-central-1",
                "wildstream.trainer.s3.access-key", "key",
                "wildstream.trainer.s3.secret-key", "secret",
                "wildstream.trainer.s3.path-style", "true",
                "wildstream.trainer.s3.cache", "cache"));

        // Then
        config.check();
        assertThat(config.keepEvery()).isEqualTo(1000);
        assertThat(S3Location.of(config.checkpoints()).orElseThrow().url()).isEqualTo("s3://bucket/some/prefix");
        assertThat(config.s3().endpoint()).contains(URI.create("http://localhost:9000"));
        assertThat(config.s3().region()).contains("eu-central-1");
        assertThat(config.s3().accessKey()).contains("key");
        assertThat(config.s3().secretKey()).contains("secret");
        assertThat(config.s3().pathStyle()).isTrue();
        assertThat(config.s3().cache()).contains(Path.of("cache"));
        assertThat(CheckpointStores.retention(config)).isEqualTo(new Retention(3, 1000));
    }

    @Test
    void aVerificationNeedsADirectory() {
        // Given
        TrainerConfig config =
                read(Map.of("wildstream.trainer.checkpoints", "s3://bucket", "wildstream.trainer.mode", "verify"));

        // Then
        assertThatThrownBy(config::check)
                .hasMessageContaining(
                        "wildstream.trainer.checkpoints: a verification and a condenser write into a directory");
        assertThat(CheckpointStores.retention(config)).isEqualTo(new Retention(0, 0));
    }

    @Test
    void aBadValueIsNamedByItsKey() {
        assertRefused("checkpoints", "s3://B", "wildstream.trainer.checkpoints: use s3://bucket or s3://bucket/prefix");
        assertRefused("checkpoints", "s3:bucket", "wildstream.trainer.checkpoints: use s3://bucket");
        assertRefused("keep-every", "-1", "wildstream.trainer.keep-every: use a number of steps, or 0 for none");
        assertRefused("s3.access-key", "key", "wildstream.trainer.s3.access-key: set it together with");
        assertRefused("student", "Anna!", "wildstream.trainer.student");
        assertRefused("checkpoint-interval", "1ms", "wildstream.trainer.checkpoint-interval: use at least 100ms");
        assertRefused("keep-checkpoints", "0", "wildstream.trainer.keep-checkpoints: use at least 1, got 0");
        assertRefused("evaluation-interval", "0", "wildstream.trainer.evaluation-interval: use at least 1, got 0");
        assertRefused("queue-capacity", "0", "wildstream.trainer.queue-capacity: use 1 to 1000000, got 0");
    }

    private static void assertRefused(String key, String value, String message) {
        TrainerConfig config = read(Map.of("wildstream.trainer." + key, value));
        assertThatThrownBy(config::check)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static TrainerConfig read(Map<String, String> extra) {
        Map<String, String> values = new HashMap<>(REQUIRED);
        values.putAll(extra);
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withConverter(Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .withMapping(TrainerConfig.class)
                .build()
                .getConfigMapping(TrainerConfig.class);
    }
}
