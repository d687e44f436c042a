// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import com.google.protobuf.util.JsonFormat;
import io.wildstream.engine.Digests;
import io.wildstream.engine.Distillation;
import io.wildstream.engine.ModelDescription;
import io.wildstream.trainer.checkpoint.CheckpointFormat;
import io.wildstream.trainer.checkpoint.LearningState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The files of a checkpoint: what a student continues from, and a model directory for whoever uses the student. */
public final class StudentFiles {

    /** Arrays: weights, buffers, learned parameters, moments. */
    public static final String LEARNER = "learner.safetensors";

    private StudentFiles() {}

    /** Writes all files of a checkpoint into an empty directory; the accuracy may be NaN. */
    static void write(Student student, LearningState state, double accuracy, Path directory) throws IOException {
        student.learner().save(directory.resolve(LEARNER));
        Path module = directory.resolve("student.pt");
        student.learner().exportTorchScript(module);
        link(directory.resolve(ModelDescription.MODULE_FILE), module);
        description(student, accuracy, Digests.sha256(module)).write(directory);
        Files.write(directory.resolve(LearningState.FILE), state.toJson());
        Files.write(
                directory.resolve("terms.json"),
                LearningState.json(Map.of("terms", student.learner().describeTerms())));
        Files.writeString(directory.resolve("spec.json"), JsonFormat.printer().print(student.spec()));
    }

    /** The name under which a model store looks for the module; a copy where the file system knows no links. */
    private static void link(Path link, Path existing) throws IOException {
        try {
            Files.createLink(link, existing);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(existing, link);
        }
    }

    private static ModelDescription description(Student student, double accuracy, String digest) {
        ModelDescription of = student.description();
        List<String> names = student.spec().getClassNamesList();
        return new ModelDescription(
                student.id(),
                of.input(),
                names.size() == of.classCount() ? names : of.classes(),
                of.mean(),
                of.std(),
                of.featureSize(),
                digest,
                Double.isNaN(accuracy) ? null : accuracy,
                Double.isNaN(accuracy) ? List.of() : student.classAccuracies(),
                student.learner().classifierBias(),
                distillation(student),
                of.preprocessing());
    }

    private static Distillation distillation(Student student) {
        return new Distillation(
                student.id(),
                student.curriculum(),
                student.step(),
                student.position().trained(),
                student.position().agreement(),
                List.copyOf(student.position().teacherDigests()),
                student.spec().getStudentModel(),
                student.spec().getStudentModelDigest(),
                student.generation(),
                student.spec().getSeed(),
                student.learner().weightsSha256(),
                CheckpointFormat.CODE_VERSION);
    }
}
