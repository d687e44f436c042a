package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
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
        assertThat(config.keepCheckpoints()).isEqualTo(3);
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
    void aBadValueIsNamedByItsKey() {
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
