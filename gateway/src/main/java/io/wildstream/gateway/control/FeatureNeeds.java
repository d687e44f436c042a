// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.TeacherInput;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.gateway.ApiErrors;
import java.util.Map;

/** Terms that compare features need a teacher that sends them: neither spec is taken while the other says otherwise. */
final class FeatureNeeds {

    private FeatureNeeds() {}

    /** Whether a term of a spec compares features. */
    static boolean of(TrainingSpec spec) {
        return TrainingSpecs.input(spec) == TeacherInput.TEACHER_INPUT_FEATURES;
    }

    /** Fails when a spec's terms compare features that the teacher leaves out. */
    static void check(TrainingSpec spec, boolean omitted) {
        if (omitted && of(spec)) {
            throw ApiErrors.precondition(
                    "a term of spec.terms compares features, and the teacher leaves them out: set the teacher"
                            + " without omit_features first (./wildstream teacher set MODEL, or TeacherService.UpdateTeacher)");
        }
    }

    /** Fails when a teacher shall leave out the features that terms of these students, by id, compare. */
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
            throw ApiErrors.precondition(
                    "spec.omit_features: terms of student " + needing + " compare features: set it to"
                            + " false, or change those terms first (StudentService.UpdateTrainingSpec)");
        }
    }
}
