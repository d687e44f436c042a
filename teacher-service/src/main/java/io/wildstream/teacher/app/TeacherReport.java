// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.Normalisation;
import io.wildstream.contracts.v1.TeacherStatus;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.preprocess.Preprocessing;
import io.wildstream.teacher.Teacher;
import io.wildstream.teacher.TeacherMetrics;
import io.wildstream.teacher.model.TeacherExchange;
import java.util.function.Supplier;

/** What an instance says of itself in its heartbeat. */
final class TeacherReport {

    private final TeacherExchange exchange;
    private final TeacherMetrics metrics;
    private final Supplier<String> problem;

    /**
     * Prepares.
     *
     * @param problem what is wrong now, in words; empty when nothing is
     */
    TeacherReport(TeacherExchange exchange, TeacherMetrics metrics, Supplier<String> problem) {
        this.exchange = exchange;
        this.metrics = metrics;
        this.problem = problem;
    }

    /** Fills in the active generation, the one that was refused, the teacher, the counts and the problems. */
    void fill(InstanceStatus.Builder status) {
        TeacherStatus.Builder detail =
                TeacherStatus.newBuilder().setOutputs(metrics.outputs()).setDeadLetters(metrics.deadLetters());
        Teacher teacher = exchange.active();
        if (teacher != null) {
            describe(teacher, detail);
            status.putObservedGenerations(
                    ControlKeys.TEACHER, teacher.reference().getGeneration());
        }
        TeacherExchange.Refused refused = exchange.refused();
        if (refused != null) {
            detail.setRefusedGeneration(refused.generation()).setRefusal(refused.reason());
        }
        status.setProblem(problem.get()).setTeacher(detail);
    }

    private static void describe(Teacher teacher, TeacherStatus.Builder detail) {
        ModelDescription model = teacher.description();
        detail.setTeacher(teacher.reference())
                .addAllClasses(model.classes())
                .addAllInputShape(model.input().shape())
                .setFeatureSize(model.featureSize())
                .addAllClassAccuracy(model.classAccuracy())
                .addAllClassifierBias(model.classifierBias())
                .setOmitsFeatures(teacher.omitsFeatures())
                .setNormalisation(
                        Normalisation.newBuilder().addAllMean(model.mean()).addAllStd(model.std()));
        Preprocessing preprocessing = model.preprocessing();
        if (preprocessing != null) {
            detail.setPreprocessing(preprocessing.toJson().toString());
        }
        Double accuracy = model.accuracy();
        if (accuracy != null) {
            detail.setAccuracy(accuracy);
        }
    }
}
