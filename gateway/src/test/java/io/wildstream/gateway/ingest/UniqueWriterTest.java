// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
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
class UniqueWriterTest {

    private record Told(SamplePosition position, boolean duplicate) {}

    private String prefix;
    private Topics topics;
    private final List<UniqueWriter> writers = new ArrayList<>();
    private final List<Kafkas> kafkas = new ArrayList<>();

    @BeforeEach
    void prefix() {
        prefix = "unique-" + UUID.randomUUID();
        topics = new Topics(prefix);
    }

    @AfterEach
    void close() {
        writers.forEach(UniqueWriter::close);
        kafkas.forEach(Kafkas::close);
    }

    @Test
    void storesAnIdOnceWithinABatchAndAcross() throws Exception {
        // Given
        UniqueWriter writer = writer(1000);
        Told first = write(writer, "a").get(30, TimeUnit.SECONDS);

        // When
        List<CompletableFuture<Told>> calls =
                List.of(write(writer, "b"), write(writer, "b"), write(writer, "a"), write(writer, "c"));
        List<Told> told = new ArrayList<>();
        for (CompletableFuture<Told> call : calls) {
            told.add(call.get(30, TimeUnit.SECONDS));
        }

        // Then
        assertThat(first.duplicate()).isFalse();
        assertThat(told).extracting(Told::duplicate).containsExactly(false, true, true, false);
        assertThat(told.get(1).position()).isEqualTo(told.get(0).position());
        assertThat(told.get(2).position()).isEqualTo(first.position());
        assertThat(stored())
                .isEqualTo(Map.of(
                        "a", List.of(first.position()),
                        "b", List.of(told.get(0).position()),
                        "c", List.of(told.get(3).position())));
    }

    @Test
    void theNextGatewayKnowsWhatADeadOneHasStored() throws Exception {
        // Given: a writer that is never closed, as after kill -9
        UniqueWriter dead = writer(1000);
        Told first = write(dead, "a").get(30, TimeUnit.SECONDS);

        // When
        Told again = write(writer(1000), "a").get(30, TimeUnit.SECONDS);

        // Then
        assertThat(again).isEqualTo(new Told(first.position(), true));
        assertThat(stored()).isEqualTo(Map.of("a", List.of(first.position())));
    }

    @Test
    void whatADeadGatewayHadNotCommittedIsStoredOnceAndItsGhostWritesNoMore() throws Exception {
        // Given: a gateway that died after the sample, before the commit; the topics are made by the first writer
        write(writer(1000), "before").get(30, TimeUnit.SECONDS);
        Map<String, Object> properties = new HashMap<>(TestBroker.get().client());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, prefix + ".gateway-ingest");
        try (var ghost = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
            ghost.initTransactions();
            ghost.beginTransaction();
            ghost.send(new ProducerRecord<>(
                            topics.samples(), "a", Uploads.sample("a", 10).toByteArray()))
                    .get(10, TimeUnit.SECONDS);

            // When
            Told told = write(writer(1000), "a").get(30, TimeUnit.SECONDS);

            // Then
            assertThatThrownBy(ghost::commitTransaction)
                    .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
            assertThat(told.duplicate()).isFalse();
            assertThat(stored().get("a")).containsExactly(told.position());
        }
    }

    @Test
    void twoGatewaysWithRepeatingClientsStoreEachIdOnce() throws Exception {
        // Given
        List<UniqueWriter> both = List.of(writer(1000), writer(1000));
        ExecutorService clients = Executors.newFixedThreadPool(4);

        // When: four clients send the same ids, each to one gateway and again when there is no answer
        List<Future<Map<String, Told>>> calls = IntStream.range(0, 4)
                .mapToObj(client -> clients.submit(() -> {
                    Map<String, Told> told = new HashMap<>();
                    for (int i = 0; i < 40; i++) {
                        told.put("s" + i, untilAnswered(both.get(client % 2), "s" + i));
                    }
                    return told;
                }))
                .toList();
        List<Map<String, Told>> answers = new ArrayList<>();
        for (Future<Map<String, Told>> call : calls) {
            answers.add(call.get(120, TimeUnit.SECONDS));
        }
        clients.shutdown();

        // Then
        Map<String, List<SamplePosition>> stored = stored();
        assertThat(stored).hasSize(40);
        for (Map<String, Told> told : answers) {
            told.forEach((id, answer) -> assertThat(stored.get(id)).containsExactly(answer.position()));
        }
    }

    @Test
    void forgetsWhatIsOlderThanTheWindow() throws Exception {
        // Given
        UniqueWriter writer = writer(10);
        for (int i = 0; i < 11; i++) {
            write(writer, "s" + i).get(30, TimeUnit.SECONDS);
        }

        // When
        UniqueWriter next = writer(10);
        Told known = write(next, "s1").get(30, TimeUnit.SECONDS);
        Told forgotten = write(next, "s0").get(30, TimeUnit.SECONDS);

        // Then
        assertThat(known.duplicate()).isTrue();
        assertThat(forgotten.duplicate()).isFalse();
    }

    private UniqueWriter writer(int window) {
        GatewayConfig config = Configs.gateway(Map.of(
                "wildstream.topic-prefix",
                prefix,
                "wildstream.gateway.delivery-timeout",
                "10s",
                "wildstream.gateway.deduplication-window",
                Integer.toString(window)));
        Kafkas made = new Kafkas(
                config, Configs.kafka((String) TestBroker.get().client().get("bootstrap.servers")));
        made.kafka().ensureTopics();
        kafkas.add(made);
        UniqueWriter writer = new UniqueWriter(made.kafka(), config);
        writers.add(writer);
        return writer;
    }

    private static Told untilAnswered(UniqueWriter writer, String id) throws Exception {
        while (true) {
            try {
                return write(writer, id).get(30, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                // Another gateway took over, or the outcome is unknown: the client sends again.
                Thread.onSpinWait();
            }
        }
    }

    private static CompletableFuture<Told> write(UniqueWriter writer, String id) {
        CompletableFuture<Told> told = new CompletableFuture<>();
        Sample sample = Uploads.sample(id, 10);
        writer.write(sample, sample.toByteArray(), new UniqueWriter.Outcome() {
            @Override
            public void stored(SamplePosition position) {
                told.complete(new Told(position, false));
            }

            @Override
            public void duplicate(SamplePosition first) {
                told.complete(new Told(first, true));
            }

            @Override
            public void failed(Exception cause) {
                told.completeExceptionally(cause);
            }
        });
        return told;
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
