// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.ModelStore;
import io.wildstream.teacher.Stream.Running;
import io.wildstream.teacher.model.TeacherExchange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record that ends the process does not end it for ever. */
@UsesBroker
class RestartsTest {

    private static final int SAMPLES = 60;
    private static final int MOST_RUNS = 12;

    @TempDir
    static Path store;

    private final Stream stream = new Stream(RestartsTest.class);
    /** Samples that were read in the run that died last. */
    private final Set<String> read = ConcurrentHashMap.newKeySet();

    @Test
    void aRecordThatEndsTheProcessIsFoundAndTheOthersAreScored() throws Exception {
        // Given
        Models.writeLenet(store, "lenet", 1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(stream.samples(0, 40));
        records.add(stream.sample(1, Stream.tensor("deadly", 28, 1)));
        records.addAll(stream.samples(40, SAMPLES));
        stream.write(records);

        // When
        List<Set<String>> deaths = new ArrayList<>();
        try (TeacherExchange teachers = Models.exchange(new ModelStore(store), "lenet")) {
            while (deaths.size() < MOST_RUNS && !livesOn(teachers)) {
                deaths.add(Set.copyOf(read));
            }
        }

        // Then: three times with others, then alone
        assertThat(deaths).hasSize(4);
        assertThat(deaths.get(3)).contains("deadly");
        assertThat(stream.outputs().stream().map(TeacherOutput::getSample).map(sample -> sample.getId()))
                .containsExactlyInAnyOrderElementsOf(Stream.ids(0, SAMPLES));
        assertThat(stream.reasons()).containsExactly("too_costly");
        assertThat(CloudEvents.text(stream.deadLetters().get(0).headers(), DeadLetters.DETAIL))
                .contains("when it was tried alone");
    }

    @Test
    void turnsThatFailWhileTheProcessLivesOnEndNoProcess() {
        // Given
        Models.writeLenet(store, "lenet", 1);
        stream.write(stream.samples(0, SAMPLES));

        // When
        try (TeacherExchange teachers = Models.exchange(new ModelStore(store), "lenet")) {
            teachers.current();
            Teacher failing = Models.beforeEachForward(teachers.active(), () -> {
                throw new IllegalStateException("this model cannot be run now");
            });
            for (int run = 0; run < 5; run++) {
                try (Running running = stream.run("teacher-0", () -> failing)) {
                    await().atMost(Waits.PATIENT)
                            .until(() -> running.pipeline.problem().startsWith("failed 3 times"));
                }
            }
            try (Running running = stream.run("teacher-0", teachers::active)) {
                stream.awaitOutcomes(SAMPLES);
            }
        }

        // Then
        assertThat(stream.reasons()).isEmpty();
        assertThat(stream.outputs()).hasSize(SAMPLES);
    }

    /** Runs a process until it has answered everything, or has died. */
    private boolean livesOn(TeacherExchange teachers) throws Exception {
        read.clear();
        try (Running running = new Running(settings(), teachers)) {
            while (stream.outputs().size() + stream.deadLetters().size() <= SAMPLES) {
                try {
                    running.ended.get(100, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    continue;
                }
            }
            return true;
        } catch (ExecutionException e) {
            assertThat(e).cause().isInstanceOf(DeadlyError.class);
            return false;
        }
    }

    private TeacherSettings settings() {
        SampleSource deadly = record -> {
            var sample = OwnSamples.INSTANCE.read(record);
            read.add(sample.getId());
            if (sample.getId().equals("deadly")) {
                throw new DeadlyError();
            }
            return sample;
        };
        return stream.settings("teacher-0", deadly, WorkLimits.DEFAULT);
    }

    /** What ends a pipeline's thread as a crash ends a process: nothing of its turn is committed. */
    private static final class DeadlyError extends Error {
        private static final long serialVersionUID = 1L;
    }
}
