// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.torch.Torch;
import io.wildstream.trainer.method.Terms;
import org.jspecify.annotations.Nullable;

/** The inputs of a term, float64, and what it makes of them. */
final class TermArrays implements AutoCloseable {

    final NDManager manager = Torch.newManager();
    final NDArray student;
    final NDArray studentFeatures;
    final NDArray teacher;
    final NDArray teacherFeatures;
    final NDArray labels;
    final NDArray bias;

    TermArrays(
            double[][] student,
            double[][] studentFeatures,
            double[][] teacher,
            double[][] teacherFeatures,
            double[] labels,
            double[] bias) {
        this.student = Golden.array(manager, student);
        this.studentFeatures = Golden.array(manager, studentFeatures);
        this.teacher = Golden.array(manager, teacher);
        this.teacherFeatures = Golden.array(manager, teacherFeatures);
        double[][] rows = new double[labels.length][student[0].length];
        for (int i = 0; i < labels.length; i++) {
            rows[i][(int) labels[i]] = 1;
        }
        this.labels = Golden.array(manager, rows);
        this.bias = manager.create(bias, new Shape(bias.length));
    }

    static TermArrays golden(Golden golden) {
        return new TermArrays(
                golden.matrix("inputs/student_logits"),
                golden.matrix("inputs/student_features"),
                golden.matrix("inputs/teacher_logits"),
                golden.matrix("inputs/teacher_features"),
                golden.vector("inputs/labels"),
                golden.vector("inputs/student_bias"));
    }

    Forward forward() {
        return forward(student, studentFeatures, teacher, teacher, 100);
    }

    Forward forward(NDArray logits, NDArray features, @Nullable NDArray self, @Nullable NDArray peer, long step) {
        NDArray norms = Losses.norms(teacherFeatures);
        return new Forward(
                new Forward.Outputs(logits, features),
                labels,
                new Forward.Teacher(teacher, norms, teacherFeatures, null),
                self,
                peer,
                bias,
                0.5,
                step);
    }

    /** A term of a spec, with the defaults filled in. */
    LossTerm filled(LossTerm.Builder term) {
        TrainingSpec spec = TrainingSpec.newBuilder()
                .setStudentModel("m")
                .setMaxSteps(10)
                .addTerms(term)
                .build();
        return TrainingSpecs.require(spec).getTerms(0);
    }

    io.wildstream.trainer.method.term.LossTerm term(LossTerm.Builder term) {
        return Terms.create(
                filled(term),
                new Terms.Sizes(
                        (int) student.getShape().get(1),
                        (int) studentFeatures.getShape().get(1),
                        (int) teacherFeatures.getShape().get(1),
                        7));
    }

    double value(LossTerm.Builder term) {
        return value(term, forward());
    }

    double value(LossTerm.Builder term, Forward forward) {
        io.wildstream.trainer.method.term.LossTerm made = term(term);
        return Torch.scoped(() -> made.loss(forward).value().getDouble());
    }

    @Override
    public void close() {
        manager.close();
    }
}
