// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.contracts.v1.Normalisation;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.ModelStore;
import io.wildstream.engine.preprocess.Preprocessing;
import io.wildstream.trainer.checkpoint.LearningState;
import io.wildstream.trainer.curriculum.CurriculumLog;
import io.wildstream.trainer.curriculum.Decoders;
import io.wildstream.trainer.curriculum.LearnedRecords;
import io.wildstream.trainer.curriculum.SkipRules;
import io.wildstream.trainer.method.Learner;
import io.wildstream.trainer.method.LearnerProof;
import io.wildstream.trainer.metrics.TrainerMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes students: new ones of a spec, and old ones of a checkpoint and the log. */
public final class StudentFactory {

    private static final Logger LOGGER = LoggerFactory.getLogger(StudentFactory.class);

    private final String id;
    private final String curriculum;
    private final ModelStore models;
    private final SkipRules skips;
    private final Decoders decoders;
    private final MissingDecisions missing;
    private final TrainerMetrics metrics;

    /**
     * Makes one student, in one or another state.
     *
     * @param id of the student
     * @param skips what it leaves out since its rollbacks
     * @param decoders by which it reads pixels
     * @param missing what it leaves out because it was missing
     */
    public StudentFactory(
            String id,
            String curriculum,
            ModelStore models,
            SkipRules skips,
            Decoders decoders,
            MissingDecisions missing,
            TrainerMetrics metrics) {
        this.id = id;
        this.curriculum = curriculum;
        this.models = models;
        this.skips = skips;
        this.decoders = decoders;
        this.missing = missing;
        this.metrics = metrics;
    }

    /** A new student that begins where its spec says, but not after its spec's own place in the log. */
    public Student create(CurriculumLog.PlacedSpec first) throws SpecRefusedException {
        long start = Math.min(first.spec().getStartOffset(), first.offset() + 1);
        Student student = make(first.spec(), Position.startingAt(start), UnaryOperator.identity());
        try {
            prove(student.spec());
            beginWithTrained(student);
            return student;
        } catch (SpecRefusedException | RuntimeException e) {
            student.close();
            throw e;
        }
    }

    private void prove(TrainingSpec spec) throws SpecRefusedException {
        try {
            LearnerProof.prove(models.directory(spec.getStudentModel()), spec);
        } catch (ModelException e) {
            throw new SpecRefusedException("student_model: " + e.getMessage(), e);
        }
    }

    private void beginWithTrained(Student student) throws SpecRefusedException {
        String name = student.spec().getInitialModel();
        if (name.isEmpty()) {
            return;
        }
        try {
            Path directory = models.directory(name);
            String digest = student.spec().getInitialModelDigest();
            ModelDescription trained = ModelDescription.read(directory);
            if (!digest.isEmpty() && !digest.equals(trained.digest())) {
                throw new SpecRefusedException(
                        "initial_model_digest: the spec says " + digest + ", '" + name + "' has " + trained.digest());
            }
            warnOfOtherNormalisation(trained, student.description());
            student.learner().beginWith(directory);
        } catch (ModelException e) {
            throw new SpecRefusedException("initial_model: " + e.getMessage(), e);
        }
    }

    /** Each network is fed as its description says; weights that saw other values begin worse than they could. */
    private void warnOfOtherNormalisation(ModelDescription trained, ModelDescription fed) {
        if (!trained.mean().equals(fed.mean()) || !trained.std().equals(fed.std())) {
            LOGGER.warn(
                    "initial_model '{}' was trained on another normalisation than the student is fed with"
                            + " student={} trained={}/{} fed={}/{}",
                    trained.name(),
                    id,
                    trained.mean(),
                    trained.std(),
                    fed.mean(),
                    fed.std());
        }
    }

    /**
     * A student that was opened.
     *
     * @param decisions about missing samples that are to be committed before its next step
     */
    public record Opened(Student student, List<MissingSamples> decisions) {}

    /** The student of a checkpoint; the log gives back what it rehearses. Null when the origin was given up. */
    public @Nullable Opened resume(CheckpointManifest manifest, Path directory, WindowRestore.Origin origin)
            throws SpecRefusedException, IOException, InterruptedException {
        LearningState state = LearningState.read(directory.resolve(LearningState.FILE));
        Position position = Position.of(state, manifest.getSkipped(), manifest.getMissing());
        Student student = make(manifest.getSpec(), position, model -> asSaved(model, directory));
        List<MissingSamples> decisions = null;
        try {
            if (manifest.hasLastLearned()) {
                LearnedRecords.requireIn(origin.log(), manifest.getLastLearned());
                student.position().learned(manifest.getLastLearned());
            }
            decisions = student.restore(directory, state, origin);
            return decisions == null ? null : new Opened(student, decisions);
        } finally {
            if (decisions == null) {
                student.close();
            }
        }
    }

    /** A student goes on to read pictures as it began to, whatever its model directory says by now. */
    private ModelDescription asSaved(ModelDescription model, Path checkpoint) {
        ModelDescription saved = ModelDescription.read(checkpoint);
        if (Objects.equals(model.preprocessing(), saved.preprocessing())) {
            return model;
        }
        if (model.preprocessing() == null && saved.preprocessing() != null) {
            return model.withPreprocessing(saved.preprocessing()); // its spec's, or what its directory said once
        }
        LOGGER.warn(
                "the preprocessing of student model '{}' was changed; the student goes on with the one that it began with,"
                        + " create another student for the new one student={} began_with={} changed_to={}",
                model.name(),
                id,
                saved.preprocessing(),
                model.preprocessing());
        return model.withPreprocessing(saved.preprocessing());
    }

    private Student make(TrainingSpec wanted, Position position, UnaryOperator<ModelDescription> reading)
            throws SpecRefusedException {
        TrainingSpec spec = TrainingSpecs.withDefaults(wanted);
        List<String> problems = TrainingSpecs.problems(spec);
        if (!problems.isEmpty()) {
            throw refused(spec, problems);
        }
        try {
            Path directory = models.directory(spec.getStudentModel());
            ModelDescription description = describe(reading.apply(ModelDescription.read(directory)), spec);
            CondensedImages condensed = CondensedImages.of(spec.getReplay(), models, description);
            Learner learner = new Learner(directory, spec);
            Student.Identity identity = new Student.Identity(id, curriculum, description, decoders);
            return new Student(identity, learner, position, spec, condensed, skips, missing, metrics);
        } catch (ModelException e) {
            throw new SpecRefusedException("student_model: " + e.getMessage(), e);
        }
    }

    private static ModelDescription describe(ModelDescription model, TrainingSpec spec) throws SpecRefusedException {
        List<String> problems = new ArrayList<>(TrainingSpecs.problemsOfResolved(spec, model.classCount()));
        String digest = spec.getStudentModelDigest();
        if (!digest.isEmpty() && !digest.equals(model.digest())) {
            problems.add("student_model_digest: the spec says " + digest + ", the model store has " + model.digest());
        }
        Normalisation normalisation = spec.getNormalisation();
        int values = normalisation.getMeanCount();
        if (values != 0 && values != model.mean().size()) {
            problems.add(
                    model.input() instanceof ImageShape shape
                            ? "normalisation: " + values + " values, the student has " + shape.channels() + " channels"
                            : "normalisation: leave it out, the student reads tensors, " + model.input());
        }
        Preprocessing preprocessing = preprocessing(spec, problems);
        if (!problems.isEmpty()) {
            throw refused(spec, problems);
        }
        ModelDescription reading =
                model.preprocessing() == null && preprocessing != null && preprocessing.gives(model.input())
                        ? model.withPreprocessing(preprocessing)
                        : model;
        return values == 0
                ? reading
                : reading.withNormalisation(normalisation.getMeanList(), normalisation.getStdList());
    }

    private static @Nullable Preprocessing preprocessing(TrainingSpec spec, List<String> problems) {
        try {
            return spec.getPreprocessing().isEmpty() ? null : Preprocessing.fromJson(spec.getPreprocessing());
        } catch (IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Lets a student learn by a later spec from here on. */
    public void configure(Student student, TrainingSpec wanted) throws SpecRefusedException {
        TrainingSpec spec = successor(student, wanted);
        student.configure(spec, CondensedImages.of(spec.getReplay(), models, student.description()));
    }

    private static TrainingSpec successor(Student student, TrainingSpec wanted) throws SpecRefusedException {
        TrainingSpec spec = TrainingSpecs.withDefaults(wanted);
        List<String> problems = new ArrayList<>(
                TrainingSpecs.problemsOfResolved(spec, student.description().classCount()));
        problems.addAll(TrainingSpecs.problemsOfChange(student.spec(), spec));
        if (!problems.isEmpty()) {
            throw refused(spec, problems);
        }
        return spec;
    }

    private static SpecRefusedException refused(TrainingSpec spec, List<String> problems) {
        return new SpecRefusedException(
                "training spec of generation " + spec.getGeneration() + " is refused: " + String.join("; ", problems));
    }
}
