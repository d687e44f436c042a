// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.engine.ModelStore;
import io.wildstream.teacher.Stream.Running;
import io.wildstream.teacher.model.TeacherExchange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Turns in which the model fails, or whose time is over before all is done. */
@UsesBroker
class TurnsTest {

    @TempDir
    static Path store;

    private final Stream stream = new Stream(TurnsTest.class);

    @Test
    void aSampleOnWhichTheModelFailsIsFoundAndItsNeighboursAreScored() {
        // Given
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            records.add(stream.sample(0, Stream.pixels("sample-" + i, i == 13 || i == 22 ? 255 : 7, i, 2, 3)));
        }
        stream.write(records);

        // When
        try (TeacherExchange teachers = Models.exchange(new ModelStore(Models.small()), Models.PICKY);
                Running running = stream.run("teacher-0", teachers)) {
            stream.awaitOutcomes(40);
            assertThat(running.pipeline.isReady()).isTrue();
        }

        // Then
        assertThat(stream.reasons()).containsExactly("model_failed", "model_failed");
        assertThat(stream.deadLetters())
                .extracting(letter -> CloudEvents.text(letter.headers(), DeadLetters.OFFSET))
                .containsExactly("13", "22");
        assertThat(CloudEvents.text(stream.deadLetters().get(0).headers(), DeadLetters.DETAIL))
                .startsWith("the teacher's model fails on this sample: ")
                .endsWith("this network cannot look at white");
        assertThat(stream.outputs()).hasSize(38);
    }

    @Test
    void aTurnThatTakesLongCommitsWhatItHas() {
        // Given no time at all, which is enough for one record
        TeacherSettings settings = settings(Duration.ZERO);
        stream.write(stream.samples(0, 30));

        // When
        try (TeacherExchange teachers = lenet();
                Running running = new Running(settings, teachers)) {
            stream.awaitOutcomes(30);

            // Then
            assertThat(running.registry
                            .get("wildstream_teacher_transactions_total")
                            .tag("result", "committed")
                            .counter()
                            .count())
                    .isGreaterThanOrEqualTo(29);
        }
        assertThat(stream.outputs().stream().map(output -> output.getSample().getId()))
                .containsExactlyInAnyOrderElementsOf(Stream.ids(0, 30));
    }

    @Test
    void theSearchForSamplesOnWhichTheModelFailsEndsWithTheTurn() {
        // Given a model whose first forward pass fails when the turn's time is over
        Duration turn = Duration.ofSeconds(2);
        AtomicInteger calls = new AtomicInteger();
        List<ConsumerRecord<byte[], byte[]>> records = IntStream.range(0, 40)
                .mapToObj(offset -> new ConsumerRecord<>(
                        stream.topics().samples(),
                        0,
                        offset,
                        new byte[0],
                        Stream.tensor("sample-" + offset, 28, offset).toByteArray()))
                .toList();

        // When
        List<Outcome> outcomes;
        try (TeacherExchange teachers = lenet();
                BatchedInference inference =
                        new BatchedInference(settings(turn), new TeacherMetrics(new SimpleMeterRegistry()), () -> {})) {
            teachers.current();
            Teacher failing = Models.beforeEachForward(teachers.active(), () -> {
                if (calls.incrementAndGet() == 1) {
                    long first = System.nanoTime();
                    await().until(() -> System.nanoTime() - first >= turn.toNanos());
                    throw new IllegalStateException("this batch cannot be run");
                }
            });
            outcomes = inference.score(failing, records);
        }

        // Then one sample is scored, and the others are read again
        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Scored.class);
    }

    private TeacherSettings settings(Duration turn) {
        return stream.settings("teacher-0", OwnSamples.INSTANCE, new WorkLimits(1 << 20, turn));
    }

    private static TeacherExchange lenet() {
        Models.writeLenet(store, "lenet", 1);
        return Models.exchange(new ModelStore(store), "lenet");
    }
}
