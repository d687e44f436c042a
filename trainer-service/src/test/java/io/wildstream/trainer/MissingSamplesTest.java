// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.trainer.checkpoint.Backing;
import io.wildstream.trainer.checkpoint.CheckpointCommits;
import io.wildstream.trainer.checkpoint.CheckpointLog;
import io.wildstream.trainer.checkpoint.CheckpointStore;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.student.StudentFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What is learned of references alone when objects are gone, changed, back or cannot be reached. */
@UsesBroker
class MissingSamplesTest extends ReferencesFixture {

    @Test
    void referencesAreLearnedAsTheirBytesAre() {
        // Given
        TestCurriculum inline = new TestCurriculum(curriculum.topics.prefix() + "-inline");
        List<CurriculumRecord> samples = curriculum.samples(SAMPLES);
        inline.write(TestCurriculum.change(TestCurriculum.spec(1)));
        inline.write(samples);
        inline.write(TestCurriculum.end(0, 1));
        write(TestCurriculum.spec(1), samples);

        // When
        CheckpointManifest byReference = learn();
        CheckpointManifest withBytes;
        try (TestTrainer trainer = new TestTrainer(inline, config("inline"))) {
            withBytes = trainer.finished();
        }

        // Then
        assertThat(byReference.getTrained()).isEqualTo(SAMPLES);
        assertThat(byReference.getMissing()).isZero();
        assertThat(byReference.getWeightsSha256()).isEqualTo(withBytes.getWeightsSha256());
        assertThat(replay()).isEqualTo(byReference.getWeightsSha256());
    }

    @Test
    void whatIsGoneOrChangedIsLeftOutForGoodAndAReplayRepeatsIt() {
        // Given
        write(TestCurriculum.spec(1), curriculum.samples(SAMPLES));
        ByteString gone = objects.remove(5);
        ByteString neighbour = objects.remove(6);
        ByteString changed = objects.remove(40);
        objects.put(40, ByteString.copyFrom(new byte[changed.size()]));

        // When
        CheckpointManifest result;
        StudentStatus status;
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            result = trainer.finished();
            trainer.await(StudentState.STUDENT_STATE_FINISHED);
            status = trainer.status.student();
        }
        objects.put(5, gone);
        objects.put(6, neighbour);
        objects.put(40, changed);

        // Then
        assertThat(result.getTrained()).isEqualTo(SAMPLES - 3);
        assertThat(result.getSkipped()).isEqualTo(3);
        assertThat(result.getMissing()).isEqualTo(3);
        assertThat(status.getMissing()).isEqualTo(3);
        assertThat(decisions())
                .containsExactly(
                        missing(FIRST + 5, FIRST + 6, MissingReason.MISSING_REASON_GONE),
                        missing(FIRST + 40, FIRST + 40, MissingReason.MISSING_REASON_CHANGED));
        assertThat(replay()).isEqualTo(result.getWeightsSha256());
    }

    /** One decision comes before the student has a checkpoint, the other long after; no other checkpoint is due meanwhile. */
    @Test
    void aDeathBetweenTheDecisionAndTheStepChangesNothing() {
        // Given: an object is back as soon as it was decided that it is gone, and the trainer dies
        write(TestCurriculum.spec(1), curriculum.samples(SAMPLES));
        Map<Integer, ByteString> gone = new TreeMap<>(Map.of(5, objects.remove(5), 100, objects.remove(100)));
        TestConfig config = config("learn");
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        List<Double> learnedBefore = new ArrayList<>();
        Backing dying = new Decided(config, manifest -> {}, manifest -> {
            for (MissingSamples decision : manifest.getMissingAheadList()) {
                int object = (int) decision.getFirstOffset() - FIRST;
                objects.put(object, gone.get(object));
                learnedBefore.add(meters.get("wildstream_trainer_samples_total")
                        .tag("kind", "fresh")
                        .counter()
                        .count());
            }
            throw new IllegalStateException("killed");
        });

        // When
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, config, dying, meters)) {
            result = trainer.finished();
        }

        // Then
        assertThat(learnedBefore).containsExactly(0.0, 96.0);
        assertThat(result.getTrained()).isEqualTo(SAMPLES - 2);
        assertThat(result.getMissing()).isEqualTo(2);
        assertThat(decisions()).hasSize(2);
        assertThat(replay()).isEqualTo(result.getWeightsSha256());
    }

    @Test
    void anOlderCheckpointRepeatsTheDecisionWhenTheObjectIsBack() throws IOException {
        // Given: a checkpoint before the object that is gone, and a damaged one after it
        List<CurriculumRecord> samples = objects.refer(curriculum.samples(SAMPLES));
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));
        curriculum.write(samples.subList(0, 64));
        learnUpTo(64);
        ByteString gone = objects.remove(70);
        curriculum.write(samples.subList(64, 113));
        learnUpTo(112);
        CheckpointManifest damaged = newest();
        Files.delete(directory.resolve("learn").resolve(damaged.getDirectory()).resolve(StudentFiles.LEARNER));
        objects.put(70, gone);

        // When
        curriculum.write(samples.subList(113, SAMPLES));
        curriculum.write(TestCurriculum.end(0, 1));
        CheckpointManifest result = learn();

        // Then
        assertThat(damaged.getMissing()).isEqualTo(1);
        assertThat(result.getTrained()).isEqualTo(SAMPLES - 1);
        assertThat(result.getMissing()).isEqualTo(1);
        assertThat(decisions()).hasSize(1);
        assertThat(replay()).isEqualTo(result.getWeightsSha256());
    }

    @Test
    void aStoreThatIsAwayIsWaitedForAndNothingIsLeftOut() {
        // Given
        List<CurriculumRecord> samples = objects.refer(curriculum.samples(SAMPLES));
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)));
        curriculum.write(samples.subList(0, 64));
        CheckpointManifest result;
        String problem;
        String atStart;
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.await(() -> trainer.status.student().getTrained() == 64);

            // When
            objects.move(directory.resolve("away"));
            curriculum.write(samples.subList(64, SAMPLES));
            curriculum.write(TestCurriculum.end(0, 1));
            trainer.await(StudentState.STUDENT_STATE_FAILED);
            problem = trainer.status.problem();
            curriculum.command(true, 1);
            trainer.await(StudentState.STUDENT_STATE_PAUSED);
        }
        curriculum.command(false, 1);
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.await(StudentState.STUDENT_STATE_FAILED);
            atStart = trainer.status.problem();
            objects.moveBack(directory.resolve("away"));
            result = trainer.finished();
            assertThat(trainer.status.problem()).isEmpty();
        }

        // Then
        assertThat(problem).contains("64.bin", "is not there now");
        assertThat(atStart).contains(".bin", "is not there now");
        assertThat(result.getTrained()).isEqualTo(SAMPLES);
        assertThat(result.getMissing()).isZero();
        assertThat(decisions()).isEmpty();
        assertThat(replay()).isEqualTo(result.getWeightsSha256());
    }

    @Test
    void aReplayStopsAndNamesTheObjectThatIsGone() {
        // Given
        write(TestCurriculum.spec(1), curriculum.samples(SAMPLES));
        learn();

        // When
        objects.remove(77);
        try (TestTrainer trainer = new TestTrainer(curriculum, verifying())) {
            trainer.join();

            // Then
            assertThat(trainer.runner.result()).isNull();
            assertThat(trainer.status.broken())
                    .contains("77.bin")
                    .contains("partition 3 at offset 1077")
                    .contains("offset 78 of the curriculum")
                    .doesNotContain("\n");
        }
    }

    @Test
    void aTrainerThatWasTakenOverDecidesNothing() {
        // Given: another trainer takes the student over just before a decision is committed
        write(TestCurriculum.spec(1), curriculum.samples(SAMPLES));
        ByteString gone = objects.remove(5);
        TestConfig config = config("learn");
        TopicPartition partition = new TopicPartition(curriculum.topics.curriculum(TestCurriculum.NAME), 0);
        Backing overtaken = new Decided(
                config,
                manifest -> {
                    try (CheckpointLog successor =
                            new CheckpointLog(TestBroker.get().client(), curriculum.topics, TestCurriculum.STUDENT)) {
                        successor.renew(partition, 0);
                    }
                },
                manifest -> {});

        // When
        boolean fenced;
        try (TestTrainer trainer = new TestTrainer(curriculum, config, overtaken)) {
            trainer.join();
            fenced = trainer.runner.isFenced();
        }
        objects.put(5, gone);
        CheckpointManifest result = learn();

        // Then
        assertThat(fenced).isTrue();
        assertThat(decisions()).isEmpty();
        assertThat(result.getTrained()).isEqualTo(SAMPLES);
    }

    /** The real store and the real commits, with something that happens before and after a decision is committed. */
    private final class Decided implements Backing {

        private final Backing real;
        private final Consumer<CheckpointManifest> before;
        private final Consumer<CheckpointManifest> after;

        Decided(TrainerConfig config, Consumer<CheckpointManifest> before, Consumer<CheckpointManifest> after) {
            this.real = Backing.of(config, TestBroker.get().client(), curriculum.topics);
            this.before = before;
            this.after = after;
        }

        @Override
        public CheckpointStore openStore() throws IOException {
            return real.openStore();
        }

        @Override
        public CheckpointCommits takeOver() {
            return new ForwardedCommits(real.takeOver()) {
                @Override
                public void commit(CheckpointManifest manifest, List<ProducerRecord<byte[], byte[]>> deadLetters) {
                    boolean decides = manifest.getMissingAheadCount() > 0;
                    if (decides) {
                        before.accept(manifest);
                    }
                    super.commit(manifest, deadLetters);
                    if (decides) {
                        after.accept(manifest);
                    }
                }
            };
        }
    }
}
