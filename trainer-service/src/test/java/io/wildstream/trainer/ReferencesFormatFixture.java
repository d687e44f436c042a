// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.engine.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A student that learns by references, as the code of one format version left it: what {@link FormatFixture} freezes, the objects, and
 * every manifest that was committed, since each holds decisions about missing samples of its own.
 *
 * <p>{@code -Dtest.fixture=DIRECTORY-references} writes one. Samples were missing when the student came to them, before its first
 * checkpoint and after its last one, and one when it was opened to rehearse it. All are back at the end: the decisions hold.
 */
@UsesBroker
class ReferencesFormatFixture {

    /** Objects that many samples share. */
    private static final int SHARED = 20;

    private static final String CHANGED = "changed";
    private static final String REHEARSED = "rehearsed";
    private static final String AHEAD = "ahead";
    /** Objects of a single sample each, by the sample's number. */
    private static final Map<Integer, String> SINGLE =
            new TreeMap<>(Map.of(5, "gone-1", 6, "gone-2", 40, CHANGED, 120, REHEARSED, 170, AHEAD));

    /** Of the curriculum: how far the student came before its first opening, its second, and its death. */
    private static final int FIRST = 150;

    private static final int SECOND = 167;
    private static final int DEATH = 187;

    @TempDir
    Path temporary;

    /** Gives the student to another cluster: the files of its newest checkpoint, and all manifests. */
    static void install(Path fixture, Path checkpoints, TestCurriculum curriculum) throws IOException {
        FormatFixture.copy(fixture.resolve("checkpoints"), checkpoints);
        FormatFixture.write(
                curriculum,
                manifests(fixture).stream().map(CheckpointManifest::toByteArray).toList());
    }

    /** What was committed, oldest first. */
    static List<CheckpointManifest> manifests(Path fixture) throws IOException {
        List<CheckpointManifest> manifests = new ArrayList<>();
        try (InputStream in = Files.newInputStream(fixture.resolve("manifests.bin"))) {
            for (CheckpointManifest manifest = CheckpointManifest.parseDelimitedFrom(in);
                    manifest != null;
                    manifest = CheckpointManifest.parseDelimitedFrom(in)) {
                manifests.add(manifest);
            }
        }
        return manifests;
    }

    static List<MissingSamples> decisions(List<CheckpointManifest> manifests) {
        return manifests.stream()
                .flatMap(manifest -> manifest.getMissingAheadList().stream())
                .toList();
    }

    @Test
    @EnabledIfSystemProperty(named = "test.fixture", matches = ".+-references")
    void write() throws IOException {
        Path fixture = FormatFixture.toWrite();
        TestCurriculum curriculum = new TestCurriculum(ReferencesFormatFixture.class);
        try (FixtureObjects objects = new FixtureObjects()) {
            List<CurriculumRecord> log = makeLog(curriculum, objects);
            FormatFixture.writeDelimited(fixture.resolve("curriculum.bin"), log);
            objects.write(fixture);
            Path checkpoints = temporary.resolve("checkpoints");
            TestConfig config = FormatFixture.config(fixture, checkpoints);
            Student student = new Student(curriculum, config, objects);

            objects.takeAway("gone-1");
            objects.takeAway("gone-2");
            objects.change(CHANGED, new byte[objects.get(CHANGED).length]);
            curriculum.write(log.subList(0, FIRST));
            student.learnUpTo(144);
            List.of("gone-1", "gone-2", CHANGED).forEach(objects::bringBack);

            objects.takeAway(REHEARSED);
            curriculum.write(log.subList(FIRST, SECOND));
            student.learnUpTo(160);
            objects.bringBack(REHEARSED);

            objects.takeAway(AHEAD);
            curriculum.write(log.subList(SECOND, DEATH));
            student.dieAfterDecision(4);
            objects.bringBack(AHEAD);

            List<CheckpointManifest> manifests = curriculum.manifests();
            FormatFixture.writeDelimited(fixture.resolve("manifests.bin"), manifests);
            FormatFixture.copy(checkpoints, fixture.resolve("checkpoints"));
            curriculum.write(log.subList(DEATH, log.size()));
            try (TestTrainer trainer = student.open()) {
                FormatFixture.writeExpected(fixture, checkpoints, trainer.finished());
            }
            assertThat(decisions(manifests)).hasSize(4);
        }
    }

    /** One student that is opened again and again. */
    private record Student(TestCurriculum curriculum, TestConfig config, FixtureObjects objects) {

        TestTrainer open() {
            return new TestTrainer(curriculum, config, objects.settings());
        }

        void learnUpTo(long trained) {
            try (TestTrainer trainer = open()) {
                trainer.await(() -> trainer.status.student().getTrained() == trained);
            }
        }

        void dieAfterDecision(int count) {
            TestTrainer trainer = open();
            trainer.await(() -> decisions(curriculum.manifests()).size() == count);
            trainer.crash();
        }
    }

    private static List<CurriculumRecord> makeLog(TestCurriculum curriculum, FixtureObjects objects) {
        Random random = new Random(4);
        for (int i = 0; i < SHARED; i++) {
            objects.put(Integer.toString(i), FormatFixture.tensor(random, i % TestCurriculum.CLASSES));
        }
        SINGLE.forEach(
                (sample, key) -> objects.put(key, FormatFixture.tensor(random, sample % TestCurriculum.CLASSES)));
        List<CurriculumRecord> log = new ArrayList<>();
        log.add(TestCurriculum.change(TestCurriculum.spec(1).setStudentModel(FormatFixture.MODEL)));
        add(log, curriculum, objects, 0, 100);
        log.add(TestCurriculum.end(1, 2));
        log.add(CurriculumRecord.getDefaultInstance());
        add(log, curriculum, objects, 100, 180);
        log.add(TestCurriculum.change(TestCurriculum.spec(2)
                .setStudentModel(FormatFixture.MODEL)
                .setReplay(ReplaySpec.newBuilder().setRatio(1.5).setWindow(64))));
        add(log, curriculum, objects, 180, 255);
        log.add(TestCurriculum.end(0, 2));
        return log;
    }

    private static void add(
            List<CurriculumRecord> log, TestCurriculum curriculum, FixtureObjects objects, int from, int to) {
        for (int i = from; i < to; i++) {
            String key = SINGLE.getOrDefault(i, Integer.toString(i % SHARED));
            byte[] bytes = objects.get(key);
            SelectedSample.Builder selected = curriculum.selected(i % TestCurriculum.CLASSES);
            selected.getTeacherOutputBuilder()
                    .getPositionBuilder()
                    .setPartition(1)
                    .setOffset(1000L + i);
            selected.getTeacherOutputBuilder()
                    .getSampleBuilder()
                    .clearPayload()
                    .setContentType("application/x-tensor;dtype=uint8;shape=1,8,8")
                    .setReference(Reference.newBuilder()
                            .setAddress(FixtureObjects.address(key))
                            .setSha256(
                                    HexFormat.of().formatHex(Digests.newSha256().digest(bytes)))
                            .setSizeBytes(bytes.length));
            log.add(CurriculumRecord.newBuilder().setSelected(selected).build());
        }
    }
}
