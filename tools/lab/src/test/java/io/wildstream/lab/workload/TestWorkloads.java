// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.data.procedural.ProceduralImages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Small workloads of built-in images for tests that start no cluster. */
public final class TestWorkloads {

    /** Directory of the untrained model of the students. */
    public static final Path LENET = Path.of("../../deploy/models/lenet5-1x28-10");

    private TestWorkloads() {}

    /** 100 related and 200 unrelated images in the stream, 100 for the teacher, 20 of the test part. */
    public static WildMixture mixture() {
        return WildMixture.of(ProceduralImages.objects(1, 200, 20))
                .teacherImages(100)
                .wild(ProceduralImages.textures(2, 200))
                .seed(3)
                .build();
    }

    /** A workload with these curricula, as it is checked when a run begins. */
    public static Workload workload(List<String> curricula, @Nullable Integer portBase) {
        TrainingSpec.Builder spec = TrainingSpec.newBuilder()
                .setStudentModel("lenet5-1x28-10")
                .setSeed(7)
                .setBatchSize(32)
                .setMaxSteps(60);
        spec.getSgdBuilder().setLearningRate(0.01);
        spec.getReplayBuilder().setRatio(2.5);
        return new Workload(settings(curricula, portBase), mixture(), LENET, LENET, spec.build());
    }

    /** Settings of the built-in images. */
    public static WorkloadSettings settings(List<String> curricula, @Nullable Integer portBase) {
        return new WorkloadSettings(
                new WorkloadSettings.DataSettings(null, List.of(), null, null, null),
                new WorkloadSettings.TeacherSettings(null, LENET, 10, false, 1, 1),
                new WorkloadSettings.StudentSettings(null, null, 60, 32, 0.01, 0, null),
                curricula,
                0.2,
                7,
                new WorkloadSettings.RunSettings(
                        Double.POSITIVE_INFINITY, Duration.ofMinutes(5), portBase, true, false, false));
    }
}
