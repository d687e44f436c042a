// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is wrong with an instance, in the words of its parts. */
public final class Problems {

    private Problems() {}

    /** All of them in one line, without those that are empty. */
    public static String joined(Stream<String> problems) {
        return problems.filter(problem -> !problem.isEmpty()).collect(Collectors.joining("; "));
    }
}
