// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.testkit.SecureBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@UsesBroker
class KafkaClientsTest {

    /** So long that what is refused within a test's time was not waited for. */
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    static Path directory;

    private static SecureBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = SecureBroker.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    @Test
    void takesEveryKeyOfKafkaAlsoThoseThatStandInTheEnvironmentOnly() {
        // Given
        Map<String, String> values = Map.of(
                "kafka.bootstrap.servers", "a:1",
                "kafka.sasl.jaas.config", "module required;",
                "kafka.acme.interceptor.url", "http://x",
                "kafka.group.id", "mine",
                "quarkus.http.port", "1");

        // When
        Map<String, Object> settings = KafkaClients.settings(
                List.of("kafka.bootstrap.servers", "kafka.acme.interceptor.url", "kafka.group.id", "quarkus.http.port"),
                name -> Optional.ofNullable(values.get(name)));

        // Then
        assertThat(settings)
                .containsOnly(
                        Map.entry("bootstrap.servers", "a:1"),
                        Map.entry("sasl.jaas.config", "module required;"),
                        Map.entry("acme.interceptor.url", "http://x"));
        assertThat(KafkaClients.settings(List.of(), name -> Optional.empty()))
                .containsOnly(Map.entry("bootstrap.servers", "localhost:9092"));
        assertThatThrownBy(() -> KafkaClients.settings(List.of("kafka.bootstrap.servers"), name -> Optional.empty()))
                .isInstanceOf(KafkaRefusedException.class)
                .hasMessageContaining("kafka.bootstrap.servers has no value");
    }

    @Test
    void connectsByTlsAndScram() throws Exception {
        try (var admin = KafkaClients.connect(broker.client(SecureBroker.PASSWORD))) {
            assertThat(admin.describeCluster().nodes().get()).hasSize(1);
        }
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void aWrongPasswordIsToldAtOnceWithTheKeysToLookAt() {
        assertThatThrownBy(() -> KafkaClients.connect(broker.client("guess"), NEVER))
                .isInstanceOf(KafkaRefusedException.class)
                .hasMessageContaining("localhost:")
                .hasMessageContaining("SASL_SSL")
                .hasMessageContaining("kafka.sasl.jaas.config")
                .hasMessageContaining("SCRAM-SHA-512")
                .hasMessageNotContaining("guess");
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void anUntrustedCertificateIsToldAtOnceWithTheKeysToLookAt() {
        // Given
        Map<String, Object> client = broker.client(SecureBroker.PASSWORD);
        client.keySet().removeIf(key -> key.startsWith("ssl."));

        // When, Then
        assertThatThrownBy(() -> KafkaClients.connect(client, NEVER))
                .isInstanceOf(KafkaRefusedException.class)
                .hasMessageContaining("kafka.ssl.truststore.location");
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void settingsOfWhichNoClientCanBeMadeAreToldWithTheirCause() {
        // Given
        Map<String, Object> client = broker.client(SecureBroker.PASSWORD);
        client.put("ssl.truststore.location", directory.resolve("missing.pem").toString());

        // When, Then
        assertThatThrownBy(() -> KafkaClients.connect(client, NEVER))
                .isInstanceOf(KafkaRefusedException.class)
                .hasMessageContaining("missing.pem")
                .hasMessageContaining("kafka.*");
    }

    @Test
    void aSilentKafkaIsToldWithItsAddress() {
        // Given: a plain client that meets a TLS listener is just disconnected
        Map<String, Object> client =
                Map.of("bootstrap.servers", broker.client("").get("bootstrap.servers"));

        // When, Then
        assertThatThrownBy(() -> KafkaClients.connect(client, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .isNotInstanceOf(KafkaRefusedException.class)
                .hasMessageContaining("kafka.bootstrap.servers=localhost:")
                .hasMessageContaining("kafka.security.protocol=PLAINTEXT");
    }
}
