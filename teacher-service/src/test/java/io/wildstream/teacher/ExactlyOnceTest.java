// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.contracts.StreamCounts;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.ModelStore;
import io.wildstream.teacher.Stream.Running;
import io.wildstream.teacher.model.TeacherExchange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every sample has one committed output, whatever goes wrong on the way. */
@UsesBroker
class ExactlyOnceTest {

    private static final int SAMPLES = 600;

    @TempDir
    static Path store;

    private static TeacherExchange teachers;

    private final Stream stream = new Stream(ExactlyOnceTest.class);

    @BeforeAll
    static void load() {
        Models.writeLenet(store, "lenet", 1);
        teachers = Models.exchange(new ModelStore(store), "lenet");
        teachers.current();
    }

    @AfterAll
    static void close() {
        teachers.close();
    }

    @Test
    void afterAModelThatFailedInTheMiddleOfAPoll() throws Exception {
        // Given
        AtomicInteger calls = new AtomicInteger();
        Teacher failing = beforeEachForward(() -> {
            int call = calls.incrementAndGet();
            if (call == 3 || call == 11 || call == 12) {
                throw new IllegalStateException("the model failed at call " + call);
            }
        });

        // When
        stream.write(stream.samples(0, SAMPLES));
        try (Running running = stream.run("teacher-0", () -> failing)) {
            stream.awaitOutcomes(SAMPLES);
            await().until(() -> running.pipeline.problem().isEmpty());
        }

        // Then
        assertExact(SAMPLES);
        assertThat(calls.get()).isGreaterThan(SAMPLES / 16 + 3);
    }

    @Test
    void recordsThatTheirWriterUndidDoNotWaitForEver() throws Exception {
        // Given
        stream.write(stream.samples(0, 30));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        TestBroker.get().client().get("bootstrap.servers"),
                        "transactional.id",
                        stream.topics().prefix() + ".undone"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            stream.samples(30, 60).forEach(producer::send);
            producer.flush();
            producer.abortTransaction();
        }

        // When
        try (Running running = stream.run("teacher-0", () -> teachers.active())) {
            stream.awaitOutcomes(30);

            // Then
            await().atMost(Duration.ofSeconds(120)).until(() -> waiting() == 0);
        }
        assertThat(stream.outputs()).hasSize(30);
    }

    /** Offsets of samples that the group of the teachers has not passed. */
    private long waiting() throws Exception {
        try (Admin admin = TestBroker.get().admin()) {
            var committed = admin.listConsumerGroupOffsets(stream.topics().prefix() + ".teacher")
                    .partitionsToOffsetAndMetadata()
                    .get();
            long waiting = 0;
            for (int partition = 0; partition < Stream.PARTITIONS; partition++) {
                TopicPartition samples = new TopicPartition(stream.topics().samples(), partition);
                long end = admin.listOffsets(Map.of(samples, OffsetSpec.latest()))
                        .partitionResult(samples)
                        .get()
                        .offset();
                waiting += end
                        - (committed.get(samples) == null
                                ? 0
                                : committed.get(samples).offset());
            }
            return waiting;
        }
    }

    @Test
    void afterACleanStopInTheMiddle() throws Exception {
        // Given
        CountDownLatch begun = new CountDownLatch(10);
        stream.write(stream.samples(0, SAMPLES));
        try (Running running = stream.run("teacher-0", () -> beforeEachForward(begun::countDown))) {
            assertThat(begun.await(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        int before = stream.outputs().size();

        // When
        stream.write(stream.samples(SAMPLES, SAMPLES + 30));
        try (Running running = stream.run("teacher-0", () -> teachers.active())) {
            stream.awaitOutcomes(SAMPLES + 30);
            assertThat(running.metrics.outputs()).isEqualTo(SAMPLES + 30 - before);
        }

        // Then
        assertExact(SAMPLES + 30);
    }

    @Test
    void afterASuccessorTookOverFromAnInstanceThatHung() throws Exception {
        // Given
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        Teacher hangs = beforeEachForward(() -> {
            if (calls.incrementAndGet() == 10) {
                hanging.countDown();
                join(release);
            }
        });
        stream.write(stream.samples(0, SAMPLES));
        Running hung = stream.run("teacher-0", () -> hangs);
        assertThat(hanging.await(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        // When
        try (Running successor = stream.run("teacher-0", () -> teachers.active())) {
            stream.awaitOutcomes(SAMPLES);
            release.countDown();
            assertThat(hung.ended)
                    .failsWithin(Duration.ofSeconds(120))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(BrokenInvariantException.class)
                    .withMessageContaining("wildstream.instance");
            stream.write(stream.samples(SAMPLES, SAMPLES + 30));
            stream.awaitOutcomes(SAMPLES + 30);
            assertThat(successor.pipeline.isReady()).isTrue();
        }

        // Then
        assertExact(SAMPLES + 30);
    }

    @Test
    void withTwoInstancesOfWhichOneComesAndGoes() throws Exception {
        // Given
        stream.write(stream.samples(0, SAMPLES));

        // When
        try (Running first = stream.run("teacher-0", () -> beforeEachForward(() -> pause(5)))) {
            try (Running second = stream.run("teacher-1", () -> beforeEachForward(() -> pause(5)))) {
                await().atMost(Duration.ofSeconds(120))
                        .until(() -> first.pipeline.isReady() && second.pipeline.isReady());
                stream.write(stream.samples(SAMPLES, 2 * SAMPLES));
                await().atMost(Duration.ofSeconds(60)).until(() -> second.metrics.outputs() > 0);
            }
            stream.write(stream.samples(2 * SAMPLES, 3 * SAMPLES));
            stream.awaitOutcomes(3 * SAMPLES);
        }

        // Then
        assertExact(3 * SAMPLES);
    }

    private void assertExact(int samples) throws Exception {
        List<TeacherOutput> outputs = stream.outputs();
        assertThat(outputs.stream().map(output -> output.getSample().getId()).toList())
                .containsExactlyInAnyOrderElementsOf(Stream.ids(0, samples));
        assertThat(outputs.stream().map(TeacherOutput::getPosition).collect(Collectors.toSet()))
                .hasSize(samples);
        assertThat(outputs.stream()
                        .map(TeacherOutput::getPosition)
                        .mapToInt(SamplePosition::getPartition)
                        .distinct()
                        .count())
                .isEqualTo(Stream.PARTITIONS);
        assertThat(stream.deadLetters()).isEmpty();
        try (var admin = TestBroker.get().admin()) {
            var offsets = admin.listConsumerGroupOffsets(stream.topics().prefix() + ".teacher")
                    .partitionsToOffsetAndMetadata()
                    .get();
            assertThat(offsets.values().stream()
                            .map(position ->
                                    StreamCounts.of(position.metadata()).orElseThrow())
                            .reduce(StreamCounts.before(0), StreamCounts::plus))
                    .as("committed in the transaction of the outputs")
                    .isEqualTo(new StreamCounts(samples, samples, 0));
            long records = TestLog.committed(stream.topics().samples()).size();
            assertThat(offsets.entrySet().stream()
                            .filter(entry -> entry.getKey()
                                    .topic()
                                    .equals(stream.topics().samples()))
                            .mapToLong(entry -> entry.getValue().offset())
                            .sum())
                    .isEqualTo(records);
        }
    }

    private static Teacher beforeEachForward(Runnable hook) {
        return Models.beforeEachForward(teachers.active(), hook);
    }

    private static void join(CountDownLatch latch) {
        try {
            assertThat(latch.await(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(long millis) {
        java.util.concurrent.locks.LockSupport.parkNanos(millis * 1_000_000);
    }
}
