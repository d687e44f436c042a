// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import io.wildstream.contracts.v1.LossTerm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One student of a trial.
 *
 * @param name of its row in the table; lower-case letters, digits and hyphens
 * @param curriculum that it learns
 * @param terms of its loss, with the defaults of their papers where nothing is said
 * @param architecture such as {@code vgg}, or null for the students' own
 * @param how many times the method trains the student from the beginning, each time with all its steps
 */
record Arm(
        String name,
        String curriculum,
        List<LossTerm> terms,
        @Nullable String architecture,
        int generations) {

    Arm {
        terms = List.copyOf(terms);
    }

    Arm(String name, String curriculum, List<LossTerm> terms) {
        this(name, curriculum, terms, null, 1);
    }
}
