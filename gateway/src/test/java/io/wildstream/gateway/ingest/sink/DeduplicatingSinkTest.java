// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.Kafkas;
import io.wildstream.gateway.testkit.Configs;
import io.wildstream.gateway.testkit.Uploads;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@UsesBroker
class DeduplicatingSinkTest {

    private record Settled(SamplePosition position, boolean duplicate) {}

    private String prefix;
    private Topics topics;
    private final List<DeduplicatingSink> sinks = new ArrayList<>();
    private final List<Kafkas> kafkas = new ArrayList<>();

    @BeforeEach
    void prefix() {
        prefix = "unique-" + UUID.randomUUID();
        topics = new Topics(prefix);
    }

    @AfterEach
    void close() {
        sinks.forEach(DeduplicatingSink::close);
        kafkas.forEach(Kafkas::close);
    }

    @Test
    void storesAnIdOnceWithinABatchAndAcross() throws Exception {
        // Given
        DeduplicatingSink sink = sink(1000);
        Settled first = store(sink, "a").get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);

        // When
        List<CompletableFuture<Settled>> calls =
                List.of(store(sink, "b"), store(sink, "b"), store(sink, "a"), store(sink, "c"));
        List<Settled> settled = new ArrayList<>();
        for (CompletableFuture<Settled> call : calls) {
            settled.add(call.get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS));
        }

        // Then
        assertThat(first.duplicate()).isFalse();
        assertThat(settled).extracting(Settled::duplicate).containsExactly(false, true, true, false);
        assertThat(settled.get(1).position()).isEqualTo(settled.get(0).position());
        assertThat(settled.get(2).position()).isEqualTo(first.position());
        assertThat(stored())
                .isEqualTo(Map.of(
                        "a", List.of(first.position()),
                        "b", List.of(settled.get(0).position()),
                        "c", List.of(settled.get(3).position())));
    }

    @Test
    void theNextGatewayKnowsWhatADeadOneHasStored() throws Exception {
        // Given: a sink that is never closed, as after kill -9
        DeduplicatingSink dead = sink(1000);
        Settled first = store(dead, "a").get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);

        // When
        Settled again = store(sink(1000), "a").get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);

        // Then
        assertThat(again).isEqualTo(new Settled(first.position(), true));
        assertThat(stored()).isEqualTo(Map.of("a", List.of(first.position())));
    }

    @Test
    void whatADeadGatewayHadNotCommittedIsStoredOnceAndItsGhostWritesNoMore() throws Exception {
        // Given: a gateway that died after the sample, before the commit; the topics are made by the first sink
        store(sink(1000), "before").get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);
        Map<String, Object> properties = new HashMap<>(TestBroker.get().client());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, prefix + ".gateway-ingest");
        try (var ghost = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
            ghost.initTransactions();
            ghost.beginTransaction();
            ghost.send(new ProducerRecord<>(
                            topics.samples(), "a", Uploads.sample("a", 10).toByteArray()))
                    .get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);

            // When
            Settled settled = store(sink(1000), "a").get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);

            // Then
            assertThatThrownBy(ghost::commitTransaction)
                    .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
            assertThat(settled.duplicate()).isFalse();
            assertThat(stored().get("a")).containsExactly(settled.position());
        }
    }

    @Test
    void twoGatewaysWithRepeatingClientsStoreEachIdOnce() throws Exception {
        // Given
        List<DeduplicatingSink> both = List.of(sink(1000), sink(1000));
        ExecutorService clients = Executors.newFixedThreadPool(4);

        // When: four clients send the same ids, each to one gateway and again when there is no answer
        List<Future<Map<String, Settled>>> calls = IntStream.range(0, 4)
                .mapToObj(client -> clients.submit(() -> {
                    Map<String, Settled> settled = new HashMap<>();
                    for (int i = 0; i < 40; i++) {
                        settled.put("s" + i, untilAnswered(both.get(client % 2), "s" + i));
                    }
                    return settled;
                }))
                .toList();
        List<Map<String, Settled>> answers = new ArrayList<>();
        for (Future<Map<String, Settled>> call : calls) {
            answers.add(call.get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS));
        }
        clients.shutdown();

        // Then
        Map<String, List<SamplePosition>> stored = stored();
        assertThat(stored).hasSize(40);
        for (Map<String, Settled> settled : answers) {
            settled.forEach((id, answer) -> assertThat(stored.get(id)).containsExactly(answer.position()));
        }
    }

    @Test
    void forgetsWhatIsOlderThanTheWindow() throws Exception {
        // Given
        DeduplicatingSink sink = sink(10);
        for (int i = 0; i < 11; i++) {
            store(sink, "s" + i).get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);
        }

        // When
        DeduplicatingSink next = sink(10);
        Settled known = store(next, "s1").get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);
        Settled forgotten = store(next, "s0").get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);

        // Then
        assertThat(known.duplicate()).isTrue();
        assertThat(forgotten.duplicate()).isFalse();
    }

    private DeduplicatingSink sink(int window) {
        GatewayConfig config = Configs.gateway(Map.of(
                "wildstream.gateway.delivery-timeout",
                "10s",
                "wildstream.gateway.deduplication-window",
                Integer.toString(window)));
        Kafkas made = new Kafkas(Configs.cluster(Map.of("wildstream.topic-prefix", prefix)), Configs.kafka((String)
                TestBroker.get().client().get("bootstrap.servers")));
        made.kafka().ensureTopics();
        kafkas.add(made);
        DeduplicatingSink sink = new DeduplicatingSink(made.kafka(), config);
        sinks.add(sink);
        return sink;
    }

    private static Settled untilAnswered(DeduplicatingSink sink, String id) throws Exception {
        while (true) {
            try {
                return store(sink, id).get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                // Another gateway took over, or the outcome is unknown: the client sends again.
                Thread.onSpinWait();
            }
        }
    }

    private static CompletableFuture<Settled> store(DeduplicatingSink sink, String id) {
        CompletableFuture<Settled> settled = new CompletableFuture<>();
        Sample sample = Uploads.sample(id, 10);
        sink.store(sample, sample.toByteArray(), outcome -> {
            if (outcome instanceof StoreOutcome.Stored stored) {
                settled.complete(new Settled(stored.position(), false));
            } else if (outcome instanceof StoreOutcome.Duplicate duplicate) {
                settled.complete(new Settled(duplicate.first(), true));
            } else if (outcome instanceof StoreOutcome.Failed failed) {
                settled.completeExceptionally(failed.cause());
            }
        });
        return settled;
    }

    /** Where each id is stored, read from the committed records. */
    private Map<String, List<SamplePosition>> stored() {
        Map<String, List<SamplePosition>> stored = new HashMap<>();
        TestLog.committed(topics.samples())
                .forEach(record -> stored.computeIfAbsent(
                                new String(record.key(), StandardCharsets.UTF_8), id -> new ArrayList<>())
                        .add(SamplePosition.newBuilder()
                                .setPartition(record.partition())
                                .setOffset(record.offset())
                                .build()));
        stored.remove("before");
        return stored;
    }
}
