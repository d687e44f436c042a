// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.pixels.PixelLimits;
import io.wildstream.teacher.TeacherSettings;
import io.wildstream.teacher.source.UserTopic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TeacherConfigTest {

    @Test
    void hasDefaults() {
        // When
        TeacherConfig config = config(Map.of());

        // Then
        assertThat(config.settings())
                .isEqualTo(new TeacherSettings(
                        new Topics("wildstream"),
                        "teacher-0",
                        128,
                        Duration.ofMillis(20),
                        1024,
                        VectorEncoding.VECTOR_ENCODING_FLOAT32));
        assertThat(config.limits()).isEqualTo(new PixelLimits(8 << 20, 16_777_216));
        assertThat(config.createTopics()).isTrue();
        assertThat(config.partitions()).isEqualTo(4);
        assertThat(config.teacher().models()).containsExactly("models");
        assertThat(config.teacher().model()).isEmpty();
        assertThat(config.teacher().stallTimeout()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void readsEveryKey() {
        // When
        Map<String, String> all = new HashMap<>();
        all.put("wildstream.topic-prefix", "other");
        all.put("wildstream.create-topics", "false");
        all.put("wildstream.partitions", "7");
        all.put("wildstream.instance", "teacher-3");
        all.put("wildstream.teacher.models", "a,b");
        all.put("wildstream.teacher.model", "vgg");
        all.put("wildstream.teacher.batch-size", "32");
        all.put("wildstream.teacher.max-wait", "5ms");
        all.put("wildstream.teacher.max-poll-records", "256");
        all.put("wildstream.teacher.max-payload", "1M");
        all.put("wildstream.teacher.max-pixels", "1000");
        all.put("wildstream.teacher.encoding", "float16");
        all.put("wildstream.teacher.stall-timeout", "30s");
        all.put("wildstream.samples-topic", "photos");
        TeacherConfig config = config(all);

        // Then
        assertThat(config.settings())
                .isEqualTo(new TeacherSettings(
                        new Topics("other", "photos"),
                        "teacher-3",
                        32,
                        Duration.ofMillis(5),
                        256,
                        VectorEncoding.VECTOR_ENCODING_FLOAT16));
        assertThat(config.limits()).isEqualTo(new PixelLimits(1 << 20, 1000));
        assertThat(config.createTopics()).isFalse();
        assertThat(config.partitions()).isEqualTo(7);
        assertThat(config.teacher().models()).containsExactly("a", "b");
        assertThat(config.teacher().model()).contains("vgg");
        assertThat(config.teacher().stallTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource({
        "wildstream.topic-prefix, a b",
        "wildstream.partitions, 0",
        "wildstream.instance, a/b",
        "wildstream.teacher.batch-size, 0",
        "wildstream.teacher.batch-size, 5000",
        "wildstream.teacher.max-wait, 11s",
        "wildstream.teacher.max-poll-records, 0",
        "wildstream.teacher.max-payload, 0",
        "wildstream.teacher.max-payload, 3G",
        "wildstream.teacher.max-pixels, 0",
        "wildstream.teacher.stall-timeout, 1s"
    })
    void namesTheKeyOfAValueThatCannotBe(String key, String value) {
        // Given
        TeacherConfig config = config(Map.of(key, value));

        // When // Then
        assertThatThrownBy(() -> {
                    config.settings();
                    config.limits();
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("use ");
    }

    @Test
    void readsTopicsOfTheUsersOwn() {
        // Given
        Map<String, String> keys = new HashMap<>();
        keys.put("wildstream.samples-topic", "photos");
        keys.put("wildstream.teacher.source.format", "json");
        keys.put("wildstream.teacher.source.field", "/image");
        keys.put("wildstream.teacher.source.id", "key");
        keys.put("wildstream.teacher.source.content-type", "image/png");

        // When // Then
        assertThat(config(keys).settings().source()).isInstanceOf(UserTopic.class);
        keys.remove("wildstream.samples-topic");
        assertThatThrownBy(() -> config(keys).settings())
                .hasMessageContaining("wildstream.teacher.source.format")
                .hasMessageContaining("wildstream.samples-topic");
        keys.put("wildstream.samples-topic", "x".repeat(221));
        assertThatThrownBy(() -> config(keys).settings()).hasMessageContaining("at most 220");
        TeacherConfig.requireKnownKeys(keys.keySet());
        assertThatThrownBy(() -> TeacherConfig.requireKnownKeys(List.of("wildstream.teacher.source.feild")))
                .hasMessageContaining("source.field");
    }

    @Test
    void refusesAKeyThatDoesNotExist() {
        // Given
        List<String> good =
                List.of("wildstream.teacher.batch-size", "wildstream.teacher.models[0]", "wildstream.selector.x");
        TeacherConfig.requireKnownKeys(good);

        // When // Then
        assertThatThrownBy(() -> TeacherConfig.requireKnownKeys(List.of("wildstream.teacher.batchsize")))
                .hasMessageContaining("wildstream.teacher.batchsize")
                .hasMessageContaining("batch-size");
    }

    private static TeacherConfig config(Map<String, String> values) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(io.quarkus.runtime.configuration.MemorySize.class, 200, new MemorySizeConverter())
                .withMapping(TeacherConfig.class)
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build();
        return config.getConfigMapping(TeacherConfig.class);
    }
}
