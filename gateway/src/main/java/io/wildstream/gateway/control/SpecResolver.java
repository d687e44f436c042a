// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.LossSpecs;
import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.CondensationStatus;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.KdFnForm;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.TeacherStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.gateway.ApiErrors;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes everything into a training spec that it depends on: the diagonal of Q from the teacher's accuracy, the teacher's digest,
 * normalisation, preprocessing and names of classes, and every default. A student then depends on its log alone.
 */
@Singleton
class SpecResolver {

    private static final double LEAST_ACCURACY = 0.01;
    private static final double GREATEST_ACCURACY = 0.999;

    private final ClusterState state;
    private final Condensations condensations;

    SpecResolver(ClusterState state, Condensations condensations) {
        this.state = state;
        this.condensations = condensations;
    }

    /** A student's first spec. The caller checks the start offset. */
    TrainingSpec first(TrainingSpec wanted) {
        TeacherStatus teacher = teacher();
        TrainingSpec.Builder spec =
                TrainingSpecs.withDefaults(wanted).toBuilder().setGeneration(1);
        checkFields(spec.build());
        if (teacher == null && !spec.hasNormalisation()) {
            throw ApiErrors.precondition(
                    "no running teacher reports its normalisation: start the teacher-service, or set spec.normalisation");
        }
        if (teacher != null && !spec.hasNormalisation() && teacher.hasNormalisation()) {
            spec.setNormalisation(teacher.getNormalisation());
        }
        if (teacher != null && spec.getPreprocessing().isEmpty()) {
            spec.setPreprocessing(teacher.getPreprocessing());
        }
        return resolved(spec, teacher);
    }

    /** A later spec of a student whose spec is {@code before}; generation and start offset are filled in. */
    TrainingSpec next(TrainingSpec before, TrainingSpec wanted) {
        TrainingSpec.Builder named = wanted.toBuilder();
        if (named.getStudentModel().isEmpty()) {
            named.setStudentModel(before.getStudentModel());
        }
        if (named.getStudentModelDigest().isEmpty()) {
            named.setStudentModelDigest(before.getStudentModelDigest());
        }
        if (named.getInitialModel().isEmpty()) {
            named.setInitialModel(before.getInitialModel());
        }
        keepDigests(before, named);
        if (named.getStartOffset() == 0) {
            named.setStartOffset(before.getStartOffset());
        }
        if (named.getClassNamesCount() == 0) {
            named.addAllClassNames(before.getClassNamesList());
        }
        if (!named.hasNormalisation() && before.hasNormalisation()) {
            named.setNormalisation(before.getNormalisation());
        }
        if (named.getPreprocessing().isEmpty()) {
            named.setPreprocessing(before.getPreprocessing());
        }
        TrainingSpec.Builder spec =
                TrainingSpecs.withDefaults(named.build()).toBuilder().setGeneration(before.getGeneration() + 1);
        checkFields(spec.build());
        List<String> changes = new ArrayList<>(TrainingSpecs.problemsOfChange(before, spec.build()));
        if (spec.getStartOffset() != before.getStartOffset()) {
            changes.add("start_offset: cannot change from " + before.getStartOffset() + ": create another student");
        }
        refuse(changes);
        TeacherStatus teacher = teacher();
        if (teacher == null && spec.getTeacherDigest().isEmpty()) {
            spec.setTeacherDigest(before.getTeacherDigest());
        }
        return resolved(spec, teacher);
    }

    /** A model or condensed set that keeps its name keeps its digest. */
    private static void keepDigests(TrainingSpec before, TrainingSpec.Builder named) {
        if (named.getInitialModelDigest().isEmpty() && named.getInitialModel().equals(before.getInitialModel())) {
            named.setInitialModelDigest(before.getInitialModelDigest());
        }
        ReplaySpec known = before.getReplay();
        if (!known.getCondensedDigest().isEmpty()
                && named.getReplay().getCondensedDigest().isEmpty()
                && named.getReplay().getCondensed().equals(known.getCondensed())) {
            named.getReplayBuilder().setCondensedDigest(known.getCondensedDigest());
        }
    }

    /** Pins results of condensations to their current digests. */
    private void resolveArtifacts(TrainingSpec.Builder spec) {
        CondensationStatus initial = condensations.finished(spec.getInitialModel());
        if (initial != null && spec.getInitialModelDigest().isEmpty()) {
            spec.setInitialModelDigest(initial.getModelDigest());
        }
        CondensationStatus condensed = condensations.finished(spec.getReplay().getCondensed());
        if (condensed != null && spec.getReplay().getCondensedDigest().isEmpty()) {
            spec.getReplayBuilder().setCondensedDigest(condensed.getDigest());
        }
    }

    private TrainingSpec resolved(TrainingSpec.Builder spec, @Nullable TeacherStatus teacher) {
        for (LossTerm.Builder term : spec.getTermsBuilderList()) {
            if (term.hasDfnd() && term.getDfnd().getQDiagonalCount() == 0) {
                term.getDfndBuilder().addAllQDiagonal(diagonal(teacher));
            }
            if (teacher != null
                    && term.getKdFn().getForm() == KdFnForm.KD_FN_FORM_CODE
                    && term.getKdFn().getTeacherBiasCount() == 0) {
                term.getKdFnBuilder().addAllTeacherBias(teacher.getClassifierBiasList());
            }
        }
        resolveFeatures(spec, teacher);
        resolveArtifacts(spec);
        if (teacher != null && spec.getTeacherDigest().isEmpty()) {
            spec.setTeacherDigest(teacher.getTeacher().getDigest());
        }
        if (teacher != null
                && spec.getClassNamesCount() == 0
                && TrainingSpecs.fitsAsClassNames(teacher.getClassesList())) {
            spec.addAllClassNames(teacher.getClassesList());
        }
        TrainingSpec done = spec.build();
        refuse(
                teacher == null || teacher.getClassesCount() == 0
                        ? TrainingSpecs.problems(done)
                        : TrainingSpecs.problemsOfResolved(done, teacher.getClassesCount()));
        return done;
    }

    /** Terms that compare features need them in the stream, and some need to know how many there are. */
    private void resolveFeatures(TrainingSpec.Builder spec, @Nullable TeacherStatus teacher) {
        ControlRecord asked = state.control(ControlKeys.TEACHER);
        boolean willOmit = asked != null && asked.getTeacher().getOmitFeatures();
        FeatureNeeds.check(spec.build(), willOmit || (teacher != null && teacher.getOmitsFeatures()));
        boolean open = spec.getTeacherFeatureSize() == 0
                && spec.getTermsList().stream().anyMatch(LossSpecs::learnsAMap);
        if (!open) {
            return;
        }
        if (teacher == null) {
            throw ApiErrors.precondition("a term in spec.terms learns a map to the teacher's features, but no teacher"
                    + " is running: set spec.teacher_feature_size, or start the teacher-service");
        }
        spec.setTeacherFeatureSize(teacher.getFeatureSize());
    }

    private static List<Double> diagonal(@Nullable TeacherStatus teacher) {
        if (teacher == null || (teacher.getClassAccuracyCount() == 0 && !teacher.hasAccuracy())) {
            throw ApiErrors.precondition("the diagonal of Q is the teacher's accuracy, but "
                    + (teacher == null ? "no teacher is running" : "the running teacher does not know its accuracy")
                    + ": set spec.terms[].dfnd.q_diagonal, or start a teacher whose model.json has the accuracy");
        }
        List<Double> accuracies =
                teacher.getClassAccuracyCount() > 0 ? teacher.getClassAccuracyList() : List.of(teacher.getAccuracy());
        return accuracies.stream()
                .map(value -> Math.min(GREATEST_ACCURACY, Math.max(LEAST_ACCURACY, value)))
                .toList();
    }

    private static void checkFields(TrainingSpec spec) {
        refuse(TrainingSpecs.problems(spec));
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw ApiErrors.invalid(
                    problems.stream().map(problem -> "spec." + problem).toList());
        }
    }

    /** The live teacher of the newest generation, or null. */
    private @Nullable TeacherStatus teacher() {
        return state.live(ServiceKind.SERVICE_KIND_TEACHER).stream()
                .filter(InstanceStatus::hasTeacher)
                .map(InstanceStatus::getTeacher)
                .max(Comparator.comparingLong(status -> status.getTeacher().getGeneration()))
                .orElse(null);
    }
}
