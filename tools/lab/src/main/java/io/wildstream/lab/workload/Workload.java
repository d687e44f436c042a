// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.TrainingOptions;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.terminal.Screen;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Models and spec of a demo, checked against the images before anything is started.
 *
 * @param settings of the demo
 * @param mixture its images
 * @param teacherArchitecture untrained model directory of the teacher, or the ready teacher
 * @param student untrained model directory of the students
 * @param spec of all students
 */
public record Workload(
        WorkloadSettings settings, WildMixture mixture, Path teacherArchitecture, Path student, TrainingSpec spec) {

    /**
     * Finds and checks everything.
     *
     * @throws ClusterException when something is missing or does not fit
     */
    public static Workload check(WorkloadSettings settings, WildMixture mixture, Installation installation) {
        installation.requireBuilt();
        int classes = WorkloadData.classes(mixture.original()).size();
        Architectures architectures = new Architectures(installation.models(), mixture.shape(), classes);
        boolean gray = mixture.shape().channels() == 1;
        boolean builtIn = settings.data().original() == null;
        Path teacher = architectures.directory(
                Objects.requireNonNullElse(
                        settings.teacher().architecture(), builtIn ? "lenet5" : gray ? "vgg" : "resnet20"),
                settings.teacher().model());
        Path student = architectures.directory(
                Objects.requireNonNullElse(settings.student().architecture(), architectures.usualStudent()),
                settings.student().model());
        TrainingSpec spec = StudentSpecs.of(settings, student.getFileName().toString(), mixture.size());
        return new Workload(settings, mixture, teacher, student, spec);
    }

    /** Class names of the original set. */
    public List<String> classes() {
        return WorkloadData.classes(mixture.original());
    }

    /** The ready teacher, or one that is trained or taken from the cache of this home. */
    public TeacherCache.Teacher teacher(Home home, Screen screen) {
        if (settings.teacher().model() != null) {
            return new TeacherCache.Teacher(teacherArchitecture, ModelDescription.read(teacherArchitecture), false);
        }
        TrainingOptions options = TrainingOptions.DEFAULT
                .withEpochs(settings.teacher().epochs())
                .withViews(settings.teacher().flip(), 0)
                .withSeed(settings.teacher().seed())
                .withThreads(settings.teacher().threads());
        try {
            return new TeacherCache(home.teachers(), screen).get(mixture, teacherArchitecture, options);
        } catch (ModelException e) {
            throw new ClusterException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The directories in which services find teacher and student. */
    public List<Path> stores(TeacherCache.Teacher teacher) {
        return Stream.of(teacher.directory(), student)
                .map(Path::toAbsolutePath)
                .map(Path::getParent)
                .distinct()
                .toList();
    }
}
