// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import io.wildstream.client.count.CurriculumCount;
import io.wildstream.client.count.Example;
import io.wildstream.client.count.StreamCounts;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.contracts.v1.CheckpointFile;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.TestWorkloads;
import io.wildstream.lab.workload.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Demos that went well, measured on small numbers. */
final class DemoRuns {

    /** What the teacher's accuracy on the test part is said to be. */
    static final double TEACHER_ACCURACY = 0.81;

    private DemoRuns() {}

    /** A stream of 300 samples, of which two curricula kept 60 each; {@code dfnd} was learned a second time. */
    static DemoRun run(Path checkpoints) {
        Workload workload = TestWorkloads.workload(List.of("dfnd", "random"), null);
        AccuracyHistory history = new AccuracyHistory();
        history.add(AccuracyHistoryTest.status("dfnd", 30, 0.7));
        history.add(AccuracyHistoryTest.status("dfnd", 60, 0.8));
        return new DemoRun(
                workload,
                new TeacherCache.Teacher(
                        TestWorkloads.LENET, ModelDescription.read(TestWorkloads.LENET), false, TEACHER_ACCURACY),
                counts(workload),
                history,
                Map.of("teacher", 12.0),
                Map.of("teacher", 4.0),
                Map.of(),
                Map.of("dfnd", new VerifyResult("dfnd", 60, 60, "dfnd-weights", 1)),
                300,
                15,
                3,
                checkpoints);
    }

    private static StreamCounts counts(Workload workload) {
        return new StreamCounts(
                300,
                297,
                3,
                0,
                0,
                Map.of("MALFORMED", 3L),
                Map.of("objects", 100L, "textures", 200L),
                Map.of("dfnd", kept(45), "random", kept(20)),
                Map.of("dfnd", manifest("dfnd", 0.8), "random", manifest("random", 0.65)),
                Map.of("dfnd", examples(workload)));
    }

    private static CurriculumCount kept(long inDomain) {
        List<Long> byClass = IntStream.range(0, 10).mapToObj(i -> 6L).toList();
        return new CurriculumCount(60, 237, 0, Map.of("objects", inDomain, "textures", 60 - inDomain), byClass, null);
    }

    private static CheckpointManifest manifest(String student, double accuracy) {
        return CheckpointManifest.newBuilder()
                .setStudent(student)
                .setCurriculum(student)
                .setDirectory(student + "/60")
                .setStep(60)
                .setTrained(60)
                .setHoldoutAccuracy(accuracy)
                .setAgreement(0.9)
                .setWeightsSha256(student + "-weights")
                .setFinished(true)
                .setSpec(TrainingSpec.newBuilder()
                        .addTerms(LossTerm.newBuilder()
                                .setDfnd(DfndLoss.newBuilder().addQDiagonal(0.9))))
                .addFiles(CheckpointFile.newBuilder().setName("model.pt"))
                .addFiles(CheckpointFile.newBuilder().setName("model.json"))
                .addFiles(CheckpointFile.newBuilder().setName("terms.json"))
                .build();
    }

    private static List<Example> examples(Workload workload) {
        return IntStream.range(0, 12)
                .mapToObj(i -> new Example(workload.mixture().entry(i).sample(), i % 2 == 0, 0.1 * i, i % 10))
                .toList();
    }
}
