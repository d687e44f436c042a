// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.trainer.config.TrainerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Students whose curriculum holds references to files that a test removes, changes and puts back. */
abstract class ReferencesFixture {

    static final int SAMPLES = 160;
    /** The curriculum begins with a spec. */
    static final int FIRST = 1;

    @TempDir
    Path directory;

    final TestCurriculum curriculum = new TestCurriculum(getClass());
    TestReferences objects;

    @BeforeEach
    void begin() {
        objects = new TestReferences(directory.resolve("objects"));
    }

    void write(TrainingSpec.Builder spec, List<CurriculumRecord> samples) {
        curriculum.write(TestCurriculum.change(spec));
        curriculum.write(objects.refer(samples));
        curriculum.write(TestCurriculum.end(0, 1));
    }

    CheckpointManifest learn() {
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            return trainer.finished();
        }
    }

    /** Learns so many samples and ends with a checkpoint. */
    void learnUpTo(long trained) {
        try (TestTrainer trainer = new TestTrainer(curriculum, config("learn"))) {
            trainer.await(() -> trainer.status.student().getTrained() == trained);
        }
    }

    String replay() {
        try (TestTrainer trainer = new TestTrainer(curriculum, verifying())) {
            return trainer.finished().getWeightsSha256();
        }
    }

    /** Of another student that reads the same samples, all of which are there now. */
    String weightsWithoutDecisions() {
        TestCurriculum other = new TestCurriculum(curriculum.topics.prefix() + "-other");
        other.write(TestLog.committed(curriculum.topics.curriculum(TestCurriculum.NAME)).stream()
                .map(record -> {
                    try {
                        return CurriculumRecord.parseFrom(record.value());
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList());
        try (TestTrainer trainer = new TestTrainer(other, config("other"))) {
            return trainer.finished().getWeightsSha256();
        }
    }

    List<MissingSamples> decisions() {
        return curriculum.manifests().stream()
                .flatMap(manifest -> manifest.getMissingAheadList().stream())
                .toList();
    }

    CheckpointManifest newest() {
        List<CheckpointManifest> all = curriculum.manifests();
        return all.get(all.size() - 1);
    }

    TestConfig verifying() {
        return config("unused").withMode(TrainerConfig.Mode.VERIFY, directory.resolve("verify"));
    }

    TestConfig config(String name) {
        return TestConfig.of(directory.resolve(name))
                .withKeepCheckpoints(100)
                .withCheckpointInterval(Duration.ofHours(1));
    }

    static MissingSamples missing(long first, long last, MissingReason reason) {
        return MissingSamples.newBuilder()
                .setFirstOffset(first)
                .setLastOffset(last)
                .setSamples(last - first + 1)
                .setReason(reason)
                .build();
    }
}
