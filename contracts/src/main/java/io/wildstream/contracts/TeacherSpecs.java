// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import io.wildstream.contracts.v1.TeacherSpec;
import java.util.List;

/** Validation of a {@link TeacherSpec}. */
public final class TeacherSpecs {

    private TeacherSpecs() {}

    /** What is wrong with a spec; empty when nothing is. Each message begins with the path of the field. */
    public static List<String> problems(TeacherSpec spec) {
        SpecProblems problems = new SpecProblems();
        if (!spec.getModel().isEmpty()) {
            problems.modelName("model", spec.getModel());
        }
        return problems.list();
    }
}
