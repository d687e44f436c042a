// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.service.ClusterConfig;
import io.wildstream.service.testkit.ConfigContract;
import io.wildstream.service.testkit.TestConfigs;
import io.wildstream.trainer.checkpoint.CheckpointStores;
import io.wildstream.trainer.checkpoint.Retention;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainerConfigTest {

    private static final Map<String, String> REQUIRED =
            Map.of("student", "anna", "models", "models,more", "checkpoints", "checkpoints");

    private final ConfigContract<TrainerConfig> contract =
            new ConfigContract<>(TrainerConfig.class, REQUIRED, TrainerConfig::check);

    @Test
    void defaults() {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put("student", "anna");
        defaults.put("models", List.of(Path.of("models"), Path.of("more")));
        defaults.put("allowed-models", Optional.empty());
        defaults.put("checkpoints", "checkpoints");
        defaults.put("checkpoint-interval", Duration.ofSeconds(30));
        defaults.put("keep-checkpoints", 3);
        defaults.put("keep-every", 0L);
        defaults.put("evaluation-interval", 100);
        defaults.put("holdout", Optional.empty());
        defaults.put("queue-capacity", 1024);
        defaults.put("data-sets", Optional.empty());
        defaults.put("mode", TrainerConfig.Mode.LEARN);
        defaults.put("s3.endpoint", Optional.empty());
        defaults.put("s3.region", Optional.empty());
        defaults.put("s3.access-key", Optional.empty());
        defaults.put("s3.secret-key", Optional.empty());
        defaults.put("s3.path-style", false);
        defaults.put("s3.cache", Optional.empty());

        contract.hasDefaults(defaults);
    }

    @Test
    void everyKeyCanBeSet() {
        Map<String, String> texts = new HashMap<>();
        texts.put("student", "bert");
        texts.put("models", "other");
        texts.put("allowed-models", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        texts.put("checkpoints", "elsewhere");
        texts.put("checkpoint-interval", "5s");
        texts.put("keep-checkpoints", "7");
        texts.put("keep-every", "1000");
        texts.put("evaluation-interval", "50");
        texts.put("holdout", "holdout.pb.gz");
        texts.put("queue-capacity", "10");
        texts.put("data-sets", "sets");
        texts.put("mode", "verify");
        texts.put("s3.endpoint", "http://localhost:9000");
        texts.put("s3.region", "eu-central-1");
        texts.put("s3.access-key", "key");
        texts.put("s3.secret-key", "secret");
        texts.put("s3.path-style", "true");
        texts.put("s3.cache", "cache");
        Map<String, Object> values = new HashMap<>();
        values.put("student", "bert");
        values.put("models", List.of(Path.of("other")));
        values.put(
                "allowed-models",
                Optional.of(List.of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
        values.put("checkpoints", "elsewhere");
        values.put("checkpoint-interval", Duration.ofSeconds(5));
        values.put("keep-checkpoints", 7);
        values.put("keep-every", 1000L);
        values.put("evaluation-interval", 50);
        values.put("holdout", Optional.of(Path.of("holdout.pb.gz")));
        values.put("queue-capacity", 10);
        values.put("data-sets", Optional.of(Path.of("sets")));
        values.put("mode", TrainerConfig.Mode.VERIFY);
        values.put("s3.endpoint", Optional.of(URI.create("http://localhost:9000")));
        values.put("s3.region", Optional.of("eu-central-1"));
        values.put("s3.access-key", Optional.of("key"));
        values.put("s3.secret-key", Optional.of("secret"));
        values.put("s3.path-style", true);
        values.put("s3.cache", Optional.of(Path.of("cache")));

        contract.readsEveryKey(texts, values);
    }

    @Test
    void aBadValueIsNamedByItsKey() {
        contract.refuses("""
                checkpoints         | s3://B    | must be a directory, s3://bucket or s3://bucket/prefix, but is 's3://B'
                checkpoints         | s3:bucket | must be a directory, s3://bucket or s3://bucket/prefix, but is 's3:bucket'
                student             | Anna!     |
                checkpoint-interval | 1ms       | must be at least 100ms, but is 1ms
                allowed-models      | 0f        | must be SHA-256 digests of 64 hexadecimal digits each, but is
                keep-every          | -1        | must be at least 0, but is -1
                keep-checkpoints    | 0         | must be at least 1, but is 0
                evaluation-interval | 0         | must be at least 1, but is 0
                queue-capacity      | 0         | must be between 1 and 1000000, but is 0
                queue-capacity      | 1000001   | must be between 1 and 1000000, but is 1000001
                s3.access-key       | key       | must be set together with wildstream.trainer.s3.secret-key
                """);
        contract.refuses(
                Map.of("s3.secret-key", "secret"),
                "wildstream.trainer.s3.access-key must be set together with wildstream.trainer.s3.secret-key");
    }

    @Test
    void anUnknownModeIsNamedWithThoseThatThereAre() {
        assertThatThrownBy(() -> read(Map.of("mode", "teach")))
                .hasMessageContaining("wildstream.trainer.mode")
                .hasMessageContaining("teach")
                .hasMessageContaining("condense");
    }

    @Test
    void anS3StoreCanBeNamed() {
        // When
        TrainerConfig config = read(Map.of("checkpoints", "s3://bucket/some/prefix/", "keep-every", "1000"));

        // Then
        config.check();
        assertThat(S3Location.of(config.checkpoints()).orElseThrow().url()).isEqualTo("s3://bucket/some/prefix");
        assertThat(CheckpointStores.retention(config)).isEqualTo(new Retention(3, 1000));
    }

    @Test
    void aVerificationNeedsADirectory() {
        Map<String, String> keys = Map.of("checkpoints", "s3://bucket", "mode", "verify");

        contract.refuses(
                keys, "wildstream.trainer.checkpoints must be a directory for a verification or a condenser, but is");
        assertThat(CheckpointStores.retention(read(keys))).isEqualTo(new Retention(0, 0));
    }

    @Test
    void theInstanceIsNamedAfterTheStudentUnlessItHasAName() {
        ClusterConfig nameless = TestConfigs.read(ClusterConfig.class, Map.of());
        ClusterConfig named = TestConfigs.read(ClusterConfig.class, Map.of("wildstream.instance", "t-7"));

        assertThat(read(Map.of()).instance(nameless)).isEqualTo("trainer-anna");
        assertThat(read(Map.of("mode", "condense")).instance(nameless)).isEqualTo("condenser-anna");
        assertThat(read(Map.of()).instance(named)).isEqualTo("t-7");
    }

    private static TrainerConfig read(Map<String, String> extra) {
        Map<String, String> properties = new HashMap<>();
        REQUIRED.forEach((key, value) -> properties.put("wildstream.trainer." + key, value));
        extra.forEach((key, value) -> properties.put("wildstream.trainer." + key, value));
        return TestConfigs.read(TrainerConfig.class, properties);
    }
}
