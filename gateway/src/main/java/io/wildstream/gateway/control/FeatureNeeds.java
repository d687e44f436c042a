// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.TeacherInput;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.gateway.ApiErrors;
import java.util.Map;

/** Loss terms that compare features need a teacher that sends them: a spec is refused while it contradicts the other. */
final class FeatureNeeds {

    private FeatureNeeds() {}

    /** Whether a term in a spec compares features. */
    static boolean of(TrainingSpec spec) {
        return TrainingSpecs.input(spec) == TeacherInput.TEACHER_INPUT_FEATURES;
    }

    /** Fails when a spec has terms that compare features and the teacher omits them. */
    static void check(TrainingSpec spec, boolean omitted) {
        if (omitted && of(spec)) {
            throw ApiErrors.precondition(
                    "a term in spec.terms compares features, but the teacher omits them: first set the teacher"
                            + " without omit_features (./wildstream teacher set MODEL, or TeacherService.UpdateTeacher)");
        }
    }

    /** Fails when a teacher is to omit the features that terms of these students, by id, compare. */
    static void check(TeacherSpec teacher, Map<String, TrainingSpec> learning) {
        if (!teacher.getOmitFeatures()) {
            return;
        }
        String needing = String.join(
                ", ",
                learning.entrySet().stream()
                        .filter(entry -> of(entry.getValue()))
                        .map(entry -> "'" + entry.getKey() + "'")
                        .sorted()
                        .toList());
        if (!needing.isEmpty()) {
            throw ApiErrors.precondition("spec.omit_features: must be false, because terms of student " + needing
                    + " compare features; or change those terms first (StudentService.UpdateTrainingSpec)");
        }
    }
}
