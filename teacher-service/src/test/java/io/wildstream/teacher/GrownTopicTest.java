// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.ModelStore;
import io.wildstream.teacher.Stream.Running;
import io.wildstream.teacher.model.TeacherExchange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitions that others add to {@code samples} while a teacher runs. */
@UsesBroker
class GrownTopicTest {

    private static final int MORE = Stream.PARTITIONS + 2;

    @TempDir
    static Path store;

    private static TeacherExchange teachers;

    private final Stream stream = new Stream(GrownTopicTest.class);

    @BeforeAll
    static void load() {
        Models.writeLenet(store, "lenet", 1);
        teachers = Models.exchange(new ModelStore(store), "lenet");
    }

    @AfterAll
    static void close() {
        teachers.close();
    }

    @Test
    void givesTheOutputsAsManyAndScoresAllSamples() {
        // Given
        try (Running running = stream.runGrowing("teacher-0", teachers, true)) {
            stream.write(samples(0, 30, Stream.PARTITIONS));
            stream.awaitOutcomes(30);

            // When
            grow(stream.topics().samples());
            stream.write(samples(30, 80, MORE));
            stream.awaitOutcomes(80);

            // Then
            assertThat(stream.outputs())
                    .hasSize(80)
                    .extracting(output -> output.getSample().getId())
                    .doesNotHaveDuplicates();
            assertThat(partitions(stream.topics().teacherOutputs())).isEqualTo(MORE);
            assertThat(running.pipeline.problem()).isEmpty();
        }
    }

    @Test
    void leavesThemUnreadUntilAnOperatorHasGivenTheOutputsAsMany() {
        // Given a teacher that may change no topic
        try (Running running = stream.runGrowing("teacher-0", teachers, false)) {
            stream.write(samples(0, 30, Stream.PARTITIONS));
            stream.awaitOutcomes(30);

            // When
            grow(stream.topics().samples());
            stream.write(samples(30, 80, MORE));
            await().atMost(Waits.PATIENT)
                    .until(() -> !running.pipeline.problem().isEmpty());

            // Then what has a place is scored, and what to do is said
            stream.awaitOutcomes(60);
            assertThat(stream.outputs()).hasSize(60);
            assertThat(running.pipeline.problem())
                    .startsWith("partition 3, 4 of " + stream.topics().samples() + " is not read, as "
                            + stream.topics().teacherOutputs() + " has only 3 partitions")
                    .contains("--alter --topic " + stream.topics().teacherOutputs() + " --partitions 5");
            assertThat(running.pipeline.isReady()).isTrue();
            assertThat(partitions(stream.topics().teacherOutputs())).isEqualTo(Stream.PARTITIONS);

            // When
            grow(stream.topics().teacherOutputs());
            stream.awaitOutcomes(80);

            // Then
            assertThat(stream.outputs())
                    .hasSize(80)
                    .extracting(TeacherOutput::getPosition)
                    .doesNotHaveDuplicates();
            await().atMost(Waits.PATIENT).until(() -> running.pipeline.problem().isEmpty());
        }
    }

    private List<ProducerRecord<byte[], byte[]>> samples(int first, int last, int partitions) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int number = first; number < last; number++) {
            records.add(stream.sample(number % partitions, Stream.tensor("sample-" + number, 28, number)));
        }
        return records;
    }

    private static void grow(String topic) {
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.grow(admin, topic, MORE);
        }
    }

    private static int partitions(String topic) {
        try (Admin admin = TestBroker.get().admin()) {
            return TopicAdmin.partitions(admin, topic);
        }
    }
}
