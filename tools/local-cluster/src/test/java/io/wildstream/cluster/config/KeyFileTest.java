// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ArgumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFileTest {

    @TempDir
    Path directory;

    @Test
    void aKafkaOfTheUsersOwnIsReachedAsTheServicesReachIt() throws IOException {
        // Given
        KeyFile file = read("""
                kafka.bootstrap.servers=kafka-0:9093
                kafka.security.protocol=${PROTOCOL:SASL_SSL}
                kafka.sasl.jaas.config=Module required username="${wildstream.samples-topic}" password="${SECRET}";
                wildstream.topic-prefix=shop
                wildstream.samples-topic=photos
                """);

        // When
        Map<String, Object> client = file.kafka("127.0.0.1:1", Map.of("SECRET", "a$1b", "KAFKA_CLIENT_RACK", "r1"));

        // Then
        assertThat(file.hasKafka()).isTrue();
        assertThat(client)
                .containsEntry("bootstrap.servers", "kafka-0:9093")
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("client.rack", "r1")
                .containsEntry("sasl.jaas.config", "Module required username=\"photos\" password=\"a$1b\";");
        assertThat(file.topics().prefix()).isEqualTo("shop");
        assertThat(file.topics().samples()).isEqualTo("photos");
    }

    @Test
    void withoutAnAddressTheClusterHasItsOwnBroker() throws IOException {
        // Given
        KeyFile file = read("wildstream.teacher.encoding=float16\n");

        // When // Then
        assertThat(file.hasKafka()).isFalse();
        assertThat(file.kafka("127.0.0.1:1", Map.of("KAFKA_BOOTSTRAP_SERVERS", "elsewhere:1")))
                .containsEntry("bootstrap.servers", "127.0.0.1:1");
        assertThat(file.topics().prefix()).isEqualTo("wildstream");
    }

    @Test
    void aVariableThatIsNotSetIsNamed() throws IOException {
        // Given
        KeyFile file = read("kafka.sasl.jaas.config=${SECRET}\nwildstream.topic-prefix=${NO_SUCH_PREFIX}\n");

        // When // Then
        assertThatThrownBy(() -> file.kafka("127.0.0.1:1", Map.of()))
                .isInstanceOf(ArgumentException.class)
                .hasMessageContaining("kafka.sasl.jaas.config has no value");
        assertThatThrownBy(file::topics)
                .isInstanceOf(ArgumentException.class)
                .hasMessageContaining("wildstream.topic-prefix has no value");
    }

    @Test
    void aFileThatIsNotThereIsSaidSo() {
        // When // Then
        assertThatThrownBy(() -> KeyFile.read(directory.resolve("none.properties")))
                .isInstanceOf(ArgumentException.class)
                .hasMessage("--config " + directory.resolve("none.properties") + ": there is no such file");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "bootstrap.servers=kafka:9092, unknown key 'bootstrap.servers'",
                "kafka.bootstrap.server=kafka:9092, unknown key 'kafka.bootstrap.server': no client of Kafka has it",
                "wildstream.teacher.model=a, 'wildstream.teacher.model' is set by the cluster",
                "quarkus.http.port=1, 'quarkus.http.port' is set by the cluster",
                "kafka.bootstrap.servers=\\uzzzz, cannot be read as a properties file",
            })
    void whatCannotHoldIsRefused(String line, String message) {
        // When // Then
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(ArgumentException.class)
                .hasMessageContaining("--config " + directory)
                .hasMessageContaining(message);
    }

    @Test
    void aPrefixThatKafkaForbidsIsRefused() throws IOException {
        // Given
        KeyFile file = read("wildstream.topic-prefix=a/b\n");

        // When // Then
        assertThatThrownBy(file::topics)
                .isInstanceOf(ArgumentException.class)
                .hasMessageContaining("--config")
                .hasMessageContaining("wildstream.topic-prefix 'a/b'");
    }

    private KeyFile read(String text) throws IOException {
        return KeyFile.read(Files.writeString(directory.resolve("my.properties"), text));
    }
}
