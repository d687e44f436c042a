// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownKeysTest {

    private static final KnownKeys KEYS = KnownKeys.of(ClusterConfig.class, ShopConfig.class);

    @Test
    void areThoseOfTheInterfacesWithTheirGroups() {
        assertThat(KEYS.names())
                .containsExactlyInAnyOrder(
                        "wildstream.topic-prefix",
                        "wildstream.samples-topic",
                        "wildstream.create-topics",
                        "wildstream.partitions",
                        "wildstream.instance",
                        "wildstream.marks-directory",
                        "wildstream.teacher.batch-size",
                        "wildstream.teacher.max-wait",
                        "wildstream.teacher.models",
                        "wildstream.teacher.token",
                        "wildstream.teacher.source.field");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wildstream.partitions",
                "wildstream.teacher.batch-size",
                "wildstream.teacher.models[0]",
                "wildstream.teacher.models[12]",
                "wildstream.teacher.source.field",
                "%test.wildstream.teacher.max-wait",
                "wildstream.gateway.anything",
                "wildstream.selector.x.y",
                "wildstream.references.hosts",
                "wildstreamish.partitions",
                "quarkus.http.port",
                "kafka.wildstream.x"
            })
    void mayBeInAnySource(String key) {
        assertThatCode(() -> KEYS.check(properties(key))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "wildstream.teacher.btach-size, wildstream.teacher.batch-size",
        "wildstream.teacher.batchsize, wildstream.teacher.batch-size",
        "wildstream.teacher.batch.size, wildstream.teacher.batch-size",
        "wildstream.teacher.batch_size, wildstream.teacher.batch-size",
        "wildstream.teacher.Batch-size, wildstream.teacher.batch-size",
        "wildstream.teecher.batch-size, wildstream.teacher.batch-size",
        "wildstream.teacher.source.feild, wildstream.teacher.source.field",
        "wildstream.teacher.model, wildstream.teacher.models",
        "wildstream.partition, wildstream.partitions",
        "wildstream.topicprefix, wildstream.topic-prefix",
        "wildstream.topic.prefix, wildstream.topic-prefix",
        "wildstream.instances, wildstream.instance"
    })
    void aMisspeltKeyIsRefusedWithTheNearestOne(String key, String nearest) {
        assertThatThrownBy(() -> KEYS.check(properties(key)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown key '%s': did you mean '%s'?", key, nearest);
    }

    @Test
    void aMisspeltKeyOfAnyProfileIsRefused() {
        assertThatThrownBy(() -> KEYS.check(properties("%prod.wildstream.partitons")))
                .hasMessage("unknown key 'wildstream.partitons': did you mean 'wildstream.partitions'?");
    }

    @Test
    void aKeyThatResemblesNoneIsRefusedWithThePlaceOfTheList() {
        assertThatThrownBy(() -> KEYS.check(properties("wildstream.colour")))
                .hasMessage("unknown key 'wildstream.colour': docs/configuration.md lists all keys");
    }

    /** All keys of a service begin alike, so that a third of a whole key is more than the name that was misspelt. */
    @Test
    void aKeyThatSharesOnlyItsPrefixWithAnotherDoesNotResembleIt() {
        Set<String> keys = Set.of("wildstream.trainer.data-sets", "wildstream.trainer.s3.path-style");
        assertThat(Spelling.nearest("wildstream.trainer.btach-size", keys)).isEmpty();
        assertThat(Spelling.nearest("wildstream.trainer.dtaa-stes", keys)).contains("wildstream.trainer.data-sets");
        assertThat(Spelling.nearest("wildstream.trainer.xxxx-sets", keys)).isEmpty();
    }

    @Test
    void allUnknownKeysOfAllSourcesAreNamed() {
        List<ConfigSource> sources =
                List.of(source("wildstream.partitons", "1"), source("wildstream.teacher.tokn", "secret"));
        assertThatThrownBy(() -> KEYS.check(sources))
                .hasMessageContaining("'wildstream.partitons'")
                .hasMessageContaining(
                        "; unknown key 'wildstream.teacher.tokn': did you mean 'wildstream.teacher.token'?")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aRenamedKeySaysItsNewName() {
        assertThatThrownBy(() -> KEYS.check(properties("wildstream.teacher.batch")))
                .hasMessage("key 'wildstream.teacher.batch' is now called 'wildstream.teacher.batch-size'");
        assertThatThrownBy(() -> KEYS.check(environment("WILDSTREAM_TEACHER_BATCH")))
                .hasMessage("key 'WILDSTREAM_TEACHER_BATCH' is now called 'WILDSTREAM_TEACHER_BATCH_SIZE'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WILDSTREAM_PARTITIONS",
                "WILDSTREAM_TOPIC_PREFIX",
                "WILDSTREAM_TEACHER_BATCH_SIZE",
                "WILDSTREAM_TEACHER_SOURCE_FIELD",
                "WILDSTREAM_TEACHER_MODELS_0_",
                "_TEST_WILDSTREAM_TEACHER_MAX_WAIT",
                "wildstream.teacher.batch-size",
                "WILDSTREAM_GATEWAY_TOKEN",
                "WILDSTREAM_TRAINER_S3_ACCESS_KEY",
                "WILDSTREAM_TOKEN",
                "WILDSTREAM_JIT",
                "WILDSTREAMING",
                "KAFKA_BOOTSTRAP_SERVERS",
                "PATH",
                "WILDSTREAM_TEACHER_SERVICE_HOST",
                "WILDSTREAM_KAFKA_SERVICE_PORT_TCP_CLIENTS",
                "WILDSTREAM_KAFKA_PORT",
                "WILDSTREAM_KAFKA_PORT_9092_TCP",
                "WILDSTREAM_KAFKA_PORT_9092_TCP_ADDR"
            })
    void mayBeInTheEnvironment(String variable) {
        assertThatCode(() -> KEYS.check(environment(variable))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "WILDSTREAM_PARTITONS, WILDSTREAM_PARTITIONS",
        "WILDSTREAM_TEACHER_BTACH_SIZE, WILDSTREAM_TEACHER_BATCH_SIZE",
        "WILDSTREAM_TEACHER_BATCHSIZE, WILDSTREAM_TEACHER_BATCH_SIZE",
        "WILDSTREAM_TEACHER_SOURCE_FEILD, WILDSTREAM_TEACHER_SOURCE_FIELD",
        "WILDSTREAM_INSTANCES, WILDSTREAM_INSTANCE"
    })
    void aMisspeltVariableIsRefusedWithTheNearestOne(String variable, String nearest) {
        assertThatThrownBy(() -> KEYS.check(environment(variable)))
                .hasMessage("unknown key '%s': did you mean '%s'?", variable, nearest);
    }

    /** SmallRye adds the keys that it makes of variables to the names of the environment: they are no second spelling. */
    @Test
    void variablesStayKnownWhenAConfigurationHasReadThem() {
        // Given
        Map<String, String> variables = Map.of(
                "WILDSTREAM_TEACHER_BATCH_SIZE", "64", "WILDSTREAM_TEACHER_MODELS", "a,b", "WILDSTREAM_TOKEN", "x");
        var config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withValidateUnknown(false)
                .withMapping(ClusterConfig.class)
                .withMapping(ShopConfig.class)
                .withSources(new EnvConfigSource(variables, 300))
                .build();

        // When
        KEYS.check(config.getConfigSources());

        // Then
        assertThat(config.getConfigMapping(ShopConfig.class).batchSize()).isEqualTo(64);
        assertThat(config.getConfigMapping(ShopConfig.class).models()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource({
        "abc, abc, 0",
        "abc, acb, 1",
        "abc, ab, 1",
        "abc, abcd, 1",
        "abc, axc, 1",
        "abc, '', 3",
        "kitten, sitting, 3"
    })
    void spellingsDifferByLettersThatChange(String one, String other, int distance) {
        assertThat(Spelling.distance(one, other)).isEqualTo(distance);
        assertThat(Spelling.distance(other, one)).isEqualTo(distance);
    }

    @Test
    void oneThirdOfTheLettersMayDiffer() {
        assertThat(Spelling.nearest("xxcdef", List.of("abcdef"))).contains("abcdef");
        assertThat(Spelling.nearest("xxxdef", List.of("abcdef"))).isEmpty();
        assertThat(Spelling.nearest("abc", List.of("abe", "abd"))).contains("abd");
        assertThat(Spelling.nearest("abc", List.of())).isEmpty();
    }

    private static List<ConfigSource> properties(String... keys) {
        return Arrays.stream(keys).map(key -> source(key, "1")).toList();
    }

    private static ConfigSource source(String key, String value) {
        return new PropertiesConfigSource(Map.of(key, value), "test", 100);
    }

    private static List<ConfigSource> environment(String variable) {
        return List.of(new EnvConfigSource(new HashMap<>(Map.of(variable, "1")), 300));
    }
}
