// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.condense;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.HoldoutFile;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CondensationState;
import io.wildstream.contracts.v1.CondensationStatus;
import io.wildstream.contracts.v1.CurriculumImages;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.engine.condense.CondensedPicture;
import io.wildstream.engine.condense.CondensedSet;
import io.wildstream.trainer.TestConfig;
import io.wildstream.trainer.TestCurriculum;
import io.wildstream.trainer.TestReferences;
import io.wildstream.trainer.TestTrainer;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.control.TrainerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Condensations of a curriculum and of a file, and students that begin with and rehearse what came of them. */
@UsesBroker
class CondenserTest {

    private static final Duration PATIENCE = Waits.PATIENT;

    @TempDir
    Path directory;

    private final TestCurriculum curriculum = new TestCurriculum(CondenserTest.class);

    @Test
    void aCurriculumIsCondensedThroughAStopAndAStudentBeginsWithItAndRehearsesIt() throws IOException {
        // Given
        curriculum.write(curriculum.samples(400));
        Path results = directory.resolve("condensed");
        TestConfig config = config(results);
        curriculum.condense("digits", spec(120));

        // When it is stopped in the middle and started again
        try (Running condenser = new Running(config)) {
            condenser.await("digits", status -> status.getIteration() >= 5);
        }
        CondensationStatus done;
        try (Running condenser = new Running(config)) {
            done = condenser.await("digits", CondenserTest::hasEnded);
        }

        // Then the same comes out as without a stop
        assertThat(done.getState()).isEqualTo(CondensationState.CONDENSATION_STATE_FINISHED);
        assertThat(done.getImages()).isEqualTo(360);
        assertThat(done.getTestImages()).isEqualTo(40);
        assertThat(done.getTestAccuracy()).isGreaterThan(0.3);
        assertThat(done.getAccuracy()).isGreaterThan(0.3);
        Path result = results.resolve("digits");
        assertThat(CondensedSet.read(result).facts().digest()).isEqualTo(done.getDigest());
        assertThat(result.resolve(CondensedPicture.FILE)).exists();
        curriculum.condense("digits", spec(120).setCancelled(true)); // too late: it stays finished
        curriculum.condense("again", spec(120));
        try (Running condenser = new Running(config)) {
            assertThat(condenser.await("again", CondenserTest::hasEnded).getDigest())
                    .isEqualTo(done.getDigest());
            assertThat(condenser.status("digits")).isEqualTo(done);
        }

        // When a student takes it
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1)
                .setInitialModel("digits")
                .setInitialModelDigest(done.getModelDigest())
                .setMaxSteps(100)
                .setReplay(ReplaySpec.newBuilder()
                        .setRatio(1)
                        .setCondensed("digits")
                        .setCondensedDigest(done.getDigest()))));
        curriculum.write(curriculum.samples(320));
        curriculum.write(TestCurriculum.end(0, 1));
        TestConfig learning =
                TestConfig.of(directory.resolve("learn")).withModels(TestConfig.repositoryModels(), results);
        TestTrainer crashing = new TestTrainer(curriculum, learning);
        crashing.await(() -> crashing.status.student().getStep() >= 20);
        crashing.crash();
        CheckpointManifest finished;
        try (TestTrainer trainer = new TestTrainer(curriculum, learning)) {
            finished = trainer.finished();
        }

        // Then it rehearsed, and a replay gives the same weights
        assertThat(finished.getStep()).isEqualTo(100);
        assertThat(finished.getTrained()).isEqualTo(720);
        try (TestTrainer trainer = new TestTrainer(
                curriculum, learning.withMode(TrainerConfig.Mode.VERIFY, directory.resolve("verify")))) {
            assertThat(trainer.finished().getWeightsSha256()).isEqualTo(finished.getWeightsSha256());
            assertThat(trainer.status.student().getLossesMap()).containsKeys("dfnd.kd", "rehearsal", "total");
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        // Given
        curriculum.write(curriculum.samples(400));
        Path results = directory.resolve("condensed");
        curriculum.condense("small", spec(2));
        curriculum.condense("unreadable", spec(2).setArchitecture("lenet5-3x32-10"));
        CondensationStatus done;
        try (Running condenser = new Running(config(results))) {
            done = condenser.await("small", CondenserTest::hasEnded);
            assertThat(condenser.await("unreadable", CondenserTest::hasEnded).getProblem())
                    .contains("there are 0 images of 8-bit pixels")
                    .contains("takes 3x32x32 images of 10 classes");
        }
        TestConfig learning =
                TestConfig.of(directory.resolve("learn")).withModels(TestConfig.repositoryModels(), results);

        try (TestTrainer trainer = new TestTrainer(curriculum, learning)) {
            // When
            curriculum.write(TestCurriculum.change(TestCurriculum.spec(1).setInitialModel("absent")));
            trainer.await(() -> trainer.status.problem().contains("initial_model: There is no model 'absent'"));
            curriculum.write(TestCurriculum.change(TestCurriculum.spec(2).setInitialModel("resnet8-1x28-10")));
            trainer.await(() -> trainer.status.problem().contains("is not of the architecture"));
            curriculum.write(TestCurriculum.change(
                    TestCurriculum.spec(3).setInitialModel("small").setInitialModelDigest("ab".repeat(32))));
            trainer.await(() -> trainer.status.problem().contains("initial_model_digest: the spec says abab"));
            curriculum.write(TestCurriculum.change(TestCurriculum.spec(4)
                    .setReplay(ReplaySpec.newBuilder().setRatio(1).setCondensed("lenet5-1x28-10"))));
            trainer.await(() -> trainer.status.problem().contains("is no condensed set"));

            // Then a good one is taken
            curriculum.write(TestCurriculum.change(
                    TestCurriculum.spec(5).setInitialModel("small").setInitialModelDigest(done.getModelDigest())));
            trainer.await(() -> trainer.status.problem().isEmpty());
        }
    }

    @Test
    void filesAreCondensedAndWhatCannotBeIsSaid() throws IOException {
        // Given
        Path sets = Files.createDirectories(directory.resolve("sets"));
        List<LabelledSample> samples = new ArrayList<>();
        for (CurriculumRecord record : curriculum.samples(200)) {
            samples.add(LabelledSample.newBuilder()
                    .setSample(record.getSelected().getTeacherOutput().getSample())
                    .setLabel(record.getSelected().getPseudoLabel())
                    .build());
        }
        HoldoutFile.write(sets.resolve("bars.gz"), samples.iterator());
        TestConfig config = config(directory.resolve("condensed")).withDataSets(sets);
        CondensationSpec.Builder file = spec(2).setDataSet("bars");

        try (Running condenser = new Running(config)) {
            // When
            curriculum.condense("file", file);
            curriculum.condense("no-file", spec(2).setDataSet("absent"));
            curriculum.write(new TestReferences(directory.resolve("objects")).refer(curriculum.samples(1)));
            CondensationSpec.Builder references = spec(2);
            references.getCurriculumBuilder().setUntilOffset(1);
            curriculum.condense("references", references);
            curriculum.condense("no-model", spec(2).setDataSet("bars").setArchitecture("absent"));
            curriculum.condense("long", spec(1_000_000).setDataSet("bars"));
            condenser.await("long", status -> status.getIteration() > 2);
            curriculum.condense("long", spec(1_000_000).setDataSet("bars").setCancelled(true));

            // Then
            assertThat(condenser.await("file", CondenserTest::hasEnded).getState())
                    .isEqualTo(CondensationState.CONDENSATION_STATE_FINISHED);
            assertThat(condenser.await("no-file", CondenserTest::hasEnded).getProblem())
                    .contains("data_set: there is no file");
            assertThat(condenser.await("references", CondenserTest::hasEnded).getProblem())
                    .contains("curriculum.curriculum: ", "holds references in place of images, at offset 0");
            assertThat(condenser.await("no-model", CondenserTest::hasEnded).getProblem())
                    .contains("There is no model 'absent'");
            assertThat(condenser.await("long", CondenserTest::hasEnded).getState())
                    .isEqualTo(CondensationState.CONDENSATION_STATE_CANCELLED);
        }
    }

    private TestConfig config(Path results) {
        return TestConfig.of(results).withMode(TrainerConfig.Mode.CONDENSE, results);
    }

    private CondensationSpec.Builder spec(int iterations) {
        return CondensationSpec.newBuilder()
                .setCurriculum(CurriculumImages.newBuilder()
                        .setCurriculum(TestCurriculum.NAME)
                        .setUntilOffset(400))
                .setArchitecture("lenet5-1x28-10")
                .setBatchSize(64)
                .setIterations(iterations)
                .setSeed(3);
    }

    private static boolean hasEnded(CondensationStatus status) {
        return switch (status.getState()) {
            case CONDENSATION_STATE_FINISHED, CONDENSATION_STATE_FAILED, CONDENSATION_STATE_CANCELLED -> true;
            default -> false;
        };
    }

    /** A condenser's thread on the tests' broker. */
    private final class Running implements AutoCloseable {

        private final Condenser condenser;
        private final Thread thread;

        Running(TestConfig config) {
            condenser = new Condenser(
                    config, TestBroker.get().client(), curriculum.topics, false, new TrainerStatus("condenser"));
            thread = new Thread(condenser, "condenser");
            thread.start();
        }

        CondensationStatus status(String name) {
            InstanceStatus.Builder heartbeat = InstanceStatus.newBuilder();
            condenser.describe(heartbeat);
            return heartbeat.getCondenser().getCondensationsList().stream()
                    .filter(status -> status.getName().equals(name))
                    .findFirst()
                    .orElse(CondensationStatus.getDefaultInstance());
        }

        CondensationStatus await(String name, Predicate<CondensationStatus> condition) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> condition.test(status(name)));
            return status(name);
        }

        @Override
        public void close() {
            condenser.stop();
            try {
                thread.join(PATIENCE.toMillis());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(thread.isAlive()).isFalse();
        }
    }
}
