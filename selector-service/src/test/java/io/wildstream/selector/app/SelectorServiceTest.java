// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.selector.Policies;
import io.wildstream.selector.TeacherOutputs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(SelectorServiceTest.Profile.class)
@UsesQuarkus
class SelectorServiceTest {

    private static final Topics TOPICS = new Topics(TestBroker.prefix(SelectorServiceTest.class));
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    @ConfigProperty(name = "quarkus.http.test-port")
    int port;

    /** A prefix and a state directory of its own, and a key of another service, which must not disturb. */
    public static final class Profile implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                Path state = Files.createTempDirectory(Path.of("target"), "selector-state");
                return Map.of(
                        "wildstream.topic-prefix", TOPICS.prefix(),
                        "wildstream.selector.state-directory", state.toString(),
                        "wildstream.teacher.batch-size", "128");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void shouldServeHealthAndMetrics() throws Exception {
        // Given
        await().pollInterval(Duration.ofMillis(500))
                .atMost(PATIENCE)
                .until(() -> get("/q/health/ready").contains("\"UP\"")
                        && !get("/q/health").contains("DOWN"));
        TestLog.write(List.of(new ProducerRecord<>(
                TOPICS.control(),
                TeacherOutputs.bytes(ControlKeys.curriculum("main")),
                Policies.keepRate(1, 0.5, Balance.BALANCE_GLOBAL).toByteArray())));
        await().atMost(PATIENCE)
                .until(() -> get("/q/metrics").contains("wildstream_selector_records_total") && statusNames("main"));
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int offset = 0; offset < 100; offset++) {
            records.add(TeacherOutputs.record(
                    TOPICS.teacherOutputs(), TeacherOutputs.output(1, offset).build()));
        }

        // When
        TestLog.write(records);

        // Then
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(get("/q/metrics"))
                        .contains("wildstream_selector_records_total 100.0")
                        .containsPattern("selector_decisions_total\\{curriculum=\"main\",decision=\"kept\",?} (4|5)\\d")
                        .containsPattern("selector_dead_letters_total\\{reason=\"non_finite\",?} 0.0")
                        .containsPattern("selector_threshold\\{curriculum=\"main\",label=\"all\",?} 0.[3-6]")
                        .containsPattern("selector_warm_ratio\\{curriculum=\"main\",?} 0.0")
                        .contains("wildstream_selector_noise_value_bucket")
                        .containsPattern("selector_step_seconds_count\\{step=\"decide\",?} 3")
                        .contains("wildstream_selector_lag_records")
                        .containsPattern("selector_keep_rate_asked_ratio\\{curriculum=\"main\",?} 0.5"));
        assertThat(get("/q/health/live")).contains("selector-alive").contains("RUNNING");
    }

    private static boolean statusNames(String curriculum) throws Exception {
        for (var record : TestLog.committed(TOPICS.status(ServiceKind.SERVICE_KIND_SELECTOR))) {
            var status = io.wildstream.contracts.v1.InstanceStatus.parseFrom(record.value());
            if (status.containsObservedGenerations(ControlKeys.curriculum(curriculum))) {
                return true;
            }
        }
        return false;
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Accept", "text/plain;version=0.0.4, application/json")
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
