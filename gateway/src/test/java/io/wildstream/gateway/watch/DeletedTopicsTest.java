// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.Kafkas;
import io.wildstream.gateway.TestMetrics;
import io.wildstream.gateway.control.ClusterState;
import io.wildstream.gateway.ingest.Backlog;
import io.wildstream.gateway.testkit.Configs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

@UsesBroker
class DeletedTopicsTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00.5Z");
    private final List<Set<String>> asked = new ArrayList<>();
    private boolean broken;
    private final DeletedTopics deleted = new DeletedTopics(() -> now, this::make);

    private void make(Set<String> topics) {
        asked.add(Set.copyOf(topics));
        if (broken) {
            throw new IllegalStateException("Kafka does not answer");
        }
    }

    @Test
    void namesATopicThatWasThereForAnHour() {
        // Given
        deleted.look(Set.of("a", "b"), Set.of("a", "b", "c"));

        // When
        deleted.look(Set.of("a", "b"), Set.of("b"));
        String missing = String.join("", deleted.problems());
        deleted.look(Set.of("a", "b"), Set.of("a", "b"));
        String again = String.join("", deleted.problems());
        now = now.plus(DeletedTopics.REMEMBERED).plusSeconds(1);
        deleted.look(Set.of("a", "b"), Set.of("a", "b"));

        // Then
        assertThat(asked).containsExactly(Set.of("a"));
        assertThat(missing).startsWith("topic a was deleted, as was seen at 2026-01-01T00:00:00Z, and is missing");
        assertThat(again).startsWith("topic a was deleted, as was seen at 2026-01-01T00:00:00Z, and was made again");
        assertThat(deleted.problems()).isEmpty();
    }

    @Test
    void isSilentAboutTopicsThatWereNeverThereOrAreNotNeededAnyMore() {
        // Given
        deleted.look(Set.of("a"), Set.of("a"));

        // When
        deleted.look(Set.of("not made yet"), Set.of());

        // Then
        assertThat(asked).isEmpty();
        assertThat(deleted.problems()).isEmpty();
    }

    @Test
    void theyAreMadeLaterWhereThatFailsNow() {
        // Given
        deleted.look(Set.of("a"), Set.of("a"));
        broken = true;
        deleted.look(Set.of("a"), Set.of());

        // When
        deleted.look(Set.of("a"), Set.of());
        now = now.plus(DeletedTopics.ATTEMPTS).plusMillis(1);
        broken = false;
        deleted.look(Set.of("a"), Set.of());

        // Then
        assertThat(asked).containsExactly(Set.of("a"), Set.of("a"));
    }

    @Test
    void theGatewayMakesThemAgainAndSaysSo() throws Exception {
        // Given
        String prefix = TestBroker.prefix(getClass());
        String samples = new Topics(prefix).samples();
        try (Kafkas kafka = new Kafkas(
                        Configs.cluster(Map.of("wildstream.topic-prefix", prefix)),
                        Configs.kafka(TestBroker.get().bootstrapServers()));
                Admin admin = TestBroker.get().admin()) {
            kafka.kafka().ensureTopics();
            GatewayMetrics metrics = TestMetrics.of(new SimpleMeterRegistry());
            ClusterState state = new ClusterState(kafka.kafka(), metrics);
            state.start();
            OffsetProbe probe = new OffsetProbe(
                    kafka.kafka(),
                    state,
                    new Backlog(100, System::nanoTime),
                    Configs.gateway(Map.of("wildstream.gateway.probe-interval", "100ms")),
                    metrics);
            probe.start();
            try {
                await().atMost(Waits.PATIENT).until(probe::isFresh);

                // When
                admin.deleteTopics(List.of(samples)).all().get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);

                // Then
                await().atMost(Waits.PATIENT)
                        .untilAsserted(() -> assertThat(probe.newest().problems())
                                .singleElement()
                                .asString()
                                .contains("topic " + samples + " was deleted", "made again"));
            } finally {
                probe.close();
                state.close();
            }
        }
    }
}
