// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.SmallRyeConfig;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.pixels.CostLimits;
import io.wildstream.engine.pixels.PixelLimits;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.testkit.ConfigContract;
import io.wildstream.service.testkit.TestConfigs;
import io.wildstream.teacher.OwnSamples;
import io.wildstream.teacher.TeacherSettings;
import io.wildstream.teacher.WorkLimits;
import io.wildstream.teacher.source.AddressFields;
import io.wildstream.teacher.source.SourceSettings;
import io.wildstream.teacher.source.UserTopic;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TeacherConfigTest {

    private static final ClusterConfig CLUSTER = TestConfigs.read(ClusterConfig.class, Map.of());
    private static final ClusterConfig OWN_TOPIC =
            TestConfigs.read(ClusterConfig.class, Map.of("wildstream.samples-topic", "photos"));

    private final ConfigContract<TeacherConfig> contract =
            new ConfigContract<>(TeacherConfig.class, Map.of(), config -> config.check(CLUSTER));

    @Test
    void hasDefaults() {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put("models", List.of("models"));
        defaults.put("model", Optional.empty());
        defaults.put("allowed-models", Optional.empty());
        defaults.put("batch-size", 128);
        defaults.put("max-wait", Duration.ofMillis(20));
        defaults.put("max-poll-records", 1024);
        defaults.put("max-payload", new MemorySize(BigInteger.valueOf(8 << 20)));
        defaults.put("max-decode-time", Duration.ofSeconds(10));
        defaults.put("batch-memory", new MemorySize(BigInteger.valueOf(512 << 20)));
        defaults.put("max-pixels", 16_777_216L);
        defaults.put("encoding", TeacherConfig.Encoding.FLOAT32);
        defaults.put("accept-outputs", false);
        defaults.put("source.format", SourceSettings.Format.SAMPLE);
        defaults.put("source.id", UserTopic.Id.POSITION);
        defaults.put("source.field", Optional.empty());
        defaults.put("source.descriptors", Optional.empty());
        defaults.put("source.message", Optional.empty());
        defaults.put("source.content-type", Optional.empty());
        defaults.put("source.holds", AddressFields.Holds.BYTES);
        defaults.put("source.address-prefix", Optional.empty());
        defaults.put("source.sha256-field", Optional.empty());
        defaults.put("source.size-field", Optional.empty());
        defaults.put("keep-fetched", true);
        defaults.put("keep-payloads", false);
        defaults.put("fetch-memory", new MemorySize(BigInteger.valueOf(128 << 20)));
        defaults.put("stall-timeout", Duration.ofMinutes(2));

        contract.hasDefaults(defaults);
    }

    @Test
    void readsEveryKey() {
        Map<String, String> texts = new HashMap<>();
        texts.put("models", "a,b");
        texts.put("model", "vgg");
        texts.put("allowed-models", "0f,1e");
        texts.put("batch-size", "32");
        texts.put("max-wait", "5ms");
        texts.put("max-poll-records", "256");
        texts.put("max-payload", "1M");
        texts.put("max-pixels", "1000");
        texts.put("max-decode-time", "5s");
        texts.put("batch-memory", "1G");
        texts.put("encoding", "float16");
        texts.put("accept-outputs", "true");
        texts.put("source.format", "json");
        texts.put("source.id", "key");
        texts.put("source.field", "/image");
        texts.put("source.descriptors", "photos.desc");
        texts.put("source.message", "acme.Photo");
        texts.put("source.content-type", "image/png");
        texts.put("source.holds", "address");
        texts.put("source.address-prefix", "s3://photos/");
        texts.put("source.sha256-field", "/sha256");
        texts.put("source.size-field", "/size");
        texts.put("keep-fetched", "false");
        texts.put("keep-payloads", "true");
        texts.put("fetch-memory", "1M");
        texts.put("stall-timeout", "30s");
        Map<String, Object> values = new HashMap<>();
        values.put("models", List.of("a", "b"));
        values.put("model", Optional.of("vgg"));
        values.put("allowed-models", Optional.of(List.of("0f", "1e")));
        values.put("batch-size", 32);
        values.put("max-wait", Duration.ofMillis(5));
        values.put("max-poll-records", 256);
        values.put("max-payload", new MemorySize(BigInteger.valueOf(1 << 20)));
        values.put("max-pixels", 1000L);
        values.put("max-decode-time", Duration.ofSeconds(5));
        values.put("batch-memory", new MemorySize(BigInteger.valueOf(1 << 30)));
        values.put("encoding", TeacherConfig.Encoding.FLOAT16);
        values.put("accept-outputs", true);
        values.put("source.format", SourceSettings.Format.JSON);
        values.put("source.id", UserTopic.Id.KEY);
        values.put("source.field", Optional.of("/image"));
        values.put("source.descriptors", Optional.of(Path.of("photos.desc")));
        values.put("source.message", Optional.of("acme.Photo"));
        values.put("source.content-type", Optional.of("image/png"));
        values.put("source.holds", AddressFields.Holds.ADDRESS);
        values.put("source.address-prefix", Optional.of("s3://photos/"));
        values.put("source.sha256-field", Optional.of("/sha256"));
        values.put("source.size-field", Optional.of("/size"));
        values.put("keep-fetched", false);
        values.put("keep-payloads", true);
        values.put("fetch-memory", new MemorySize(BigInteger.valueOf(1 << 20)));
        values.put("stall-timeout", Duration.ofSeconds(30));

        new ConfigContract<>(TeacherConfig.class, Map.of(), TeacherConfig::limits).readsEveryKey(texts, values);
    }

    @Test
    void refusesValuesThatCannotWork() {
        contract.refuses("""
                batch-size       | 0    | must be between 1 and 4096, but is 0
                batch-size       | 5000 | must be between 1 and 4096, but is 5000
                max-wait         | 11s  | must be between 0s and 10s, but is 11s
                max-poll-records | 0    | must be between 1 and 100000, but is 0
                max-payload      | 0    | must be between 1 and 2147483647, but is 0
                max-payload      | 3G   | must be between 1 and 2147483647, but is 3G
                max-pixels       | 0    | must be at least 1, but is 0
                max-decode-time  | 2m   | must be between 100ms and 1m, but is 2m
                batch-memory     | 1K   | must be between 1M and 9223372036854775807, but is 1K
                allowed-models   | 0f   | must be SHA-256 digests of 64 hexadecimal digits each, but is
                stall-timeout    | 1s   | must be between 10s and 1h, but is 1s
                """);
    }

    @Test
    void makesTheStagesSettings() {
        // Given
        SmallRyeConfig all = TestConfigs.config(
                Map.of(
                        "wildstream.topic-prefix", "other",
                        "wildstream.samples-topic", "photos",
                        "wildstream.instance", "teacher-3",
                        "wildstream.teacher.batch-size", "32",
                        "wildstream.teacher.max-wait", "5ms",
                        "wildstream.teacher.max-poll-records", "256",
                        "wildstream.teacher.max-payload", "1M",
                        "wildstream.teacher.max-pixels", "1000",
                        "wildstream.teacher.batch-memory", "1G",
                        "wildstream.teacher.encoding", "float16"),
                ClusterConfig.class,
                TeacherConfig.class);

        // When
        TeacherConfig config = all.getConfigMapping(TeacherConfig.class);

        // Then
        assertThat(config.settings(all.getConfigMapping(ClusterConfig.class)))
                .isEqualTo(new TeacherSettings(
                        new Topics("other", "photos"),
                        "teacher-3",
                        32,
                        Duration.ofMillis(5),
                        256,
                        VectorEncoding.VECTOR_ENCODING_FLOAT16,
                        OwnSamples.INSTANCE,
                        WorkLimits.ofMemory(1 << 30)));
        assertThat(config.limits()).isEqualTo(new PixelLimits(1 << 20, 1000, CostLimits.DEFAULT));
        assertThat(config(Map.of()).settings(CLUSTER))
                .isEqualTo(new TeacherSettings(
                        new Topics("wildstream"),
                        "teacher-0",
                        128,
                        Duration.ofMillis(20),
                        1024,
                        VectorEncoding.VECTOR_ENCODING_FLOAT32));
        assertThat(config(Map.of()).settings(CLUSTER).source().acceptsOutputs()).isFalse();
        assertThat(config(Map.of("wildstream.teacher.accept-outputs", "true"))
                        .settings(CLUSTER)
                        .source()
                        .acceptsOutputs())
                .isTrue();
        assertThat(config(Map.of()).limits()).isEqualTo(new PixelLimits(8 << 20, 16_777_216, CostLimits.DEFAULT));
    }

    @Test
    void readsTopicsOfTheUsersOwn() {
        // Given
        Map<String, String> keys = Map.of(
                "wildstream.teacher.source.format", "json",
                "wildstream.teacher.source.field", "/image",
                "wildstream.teacher.source.id", "key",
                "wildstream.teacher.source.content-type", "image/png");
        ClusterConfig longName =
                TestConfigs.read(ClusterConfig.class, Map.of("wildstream.samples-topic", "x".repeat(221)));

        // When // Then
        assertThat(config(keys).settings(OWN_TOPIC).source()).isInstanceOf(UserTopic.class);
        assertThatThrownBy(() -> config(keys).check(CLUSTER))
                .hasMessageContaining("wildstream.teacher.source.format")
                .hasMessageContaining("wildstream.samples-topic");
        assertThatThrownBy(() -> config(keys).check(longName))
                .hasMessageStartingWith("wildstream.samples-topic must be at most 220 characters long");
    }

    private static TeacherConfig config(Map<String, String> values) {
        return TestConfigs.read(TeacherConfig.class, values);
    }
}
