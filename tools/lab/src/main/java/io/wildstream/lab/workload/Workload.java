// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.client.Policies;
import io.wildstream.cluster.ArgumentException;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.TrainingOptions;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.terminal.Screen;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a run is made of: images, models and the students' spec, checked against each other before anything is started.
 *
 * @param settings that it was made from
 * @param mixture its images
 * @param teacherArchitecture untrained model directory of the teacher, or the ready teacher
 * @param student untrained model directory of the students
 * @param spec of all students
 */
public record Workload(
        WorkloadSettings settings, WildMixture mixture, Path teacherArchitecture, Path student, TrainingSpec spec) {

    /**
     * Opens the images and finds the models.
     *
     * @throws ClusterException when something is missing or does not fit; the message names it
     */
    public static Workload open(WorkloadSettings settings, Installation installation) {
        return of(
                settings,
                WorkloadData.open(settings.data(), settings.teacher().model(), settings.seed()),
                installation);
    }

    /**
     * The same for a cluster that is fed later: the original set may leave nothing for the stream.
     *
     * @throws ClusterException when something is missing or does not fit; the message names it
     */
    public static Workload openToBeFed(WorkloadSettings settings, Installation installation) {
        return of(
                settings,
                WorkloadData.openToBeFed(settings.data(), settings.teacher().model(), settings.seed()),
                installation);
    }

    /** The same for images that are open. */
    public static Workload of(WorkloadSettings settings, WildMixture mixture, Installation installation) {
        installation.requireBuilt();
        int classes = WorkloadData.classes(mixture.original()).size();
        Architectures architectures = new Architectures(installation.models(), mixture.shape(), classes);
        boolean builtIn = settings.data().original() == null;
        Path teacher = architectures.directory(
                Objects.requireNonNullElse(settings.teacher().architecture(), architectures.usualTeacher(builtIn)),
                settings.teacher().model());
        Path student = architectures.directory(
                Objects.requireNonNullElse(settings.student().architecture(), architectures.usualStudent()),
                settings.student().model());
        TrainingSpec spec = StudentSpecs.of(settings, student.getFileName().toString(), samples(mixture));
        return new Workload(settings, mixture, teacher, student, spec);
    }

    /** Samples of the stream; where it is fed later, as many as the original set has, 0 where nobody knows. */
    private static int samples(WildMixture mixture) {
        return mixture.size() == 0 ? mixture.teacherTrain().size() : mixture.size();
    }

    /** Says so when the students make too few steps on the stream to learn much. */
    public Optional<String> fewSteps() {
        return samples(mixture) == 0 ? Optional.empty() : StudentSpecs.fewSteps(settings, spec, samples(mixture));
    }

    /** Class names of the original set. */
    public List<String> classes() {
        return WorkloadData.classes(mixture.original());
    }

    /** The samples of the stream in their order. */
    public Iterator<Sample> samples() {
        return mixture.samples();
    }

    /** The policy of each curriculum, by its name. */
    public Map<String, SelectionPolicy> policies() {
        Map<String, SelectionPolicy> policies = new LinkedHashMap<>();
        settings.curricula().forEach(name -> policies.put(name, Policies.of(name, settings.rate(), settings.seed())));
        return policies;
    }

    /** The ready teacher, or one that is trained or taken from the cache of this home. */
    public TeacherCache.Teacher teacher(Home home, Screen screen) {
        TrainingOptions options = TrainingOptions.DEFAULT
                .withEpochs(settings.teacher().epochs())
                .withViews(settings.teacher().flip(), 0)
                .withSeed(settings.teacher().seed())
                .withThreads(settings.teacher().threads());
        try {
            if (settings.teacher().model() != null) {
                return TeacherCache.ready(teacherArchitecture, mixture, screen);
            }
            return new TeacherCache(home.teachers(), screen).get(mixture, teacherArchitecture, options);
        } catch (ModelException e) {
            throw new ClusterException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Refuses a ready teacher whose description does not say its accuracy, from which the gateway makes the students' loss.
     *
     * @throws ArgumentException naming the file and what to write
     */
    public void requireTeachersAccuracy() {
        boolean needed = spec.getTermsList().stream()
                .anyMatch(term -> term.hasDfnd() && term.getDfnd().getQDiagonalCount() == 0);
        if (settings.teacher().model() == null || !needed) {
            return;
        }
        ModelDescription described = ModelDescription.read(teacherArchitecture);
        if (described.accuracy() == null && described.classAccuracy().isEmpty()) {
            throw new ArgumentException(teacherArchitecture.resolve(ModelDescription.DESCRIPTION_FILE)
                    + ": accuracy is missing, from which the students' loss begins;"
                    + " write the share of test images that the teacher gets right, for example \"accuracy\": 0.9");
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
