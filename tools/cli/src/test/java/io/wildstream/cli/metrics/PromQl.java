// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.metrics;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** As much of PromQL as it takes to see which metrics an expression reads. */
final class PromQl {

    private static final Pattern LITERALS = Pattern.compile("\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]");
    private static final Pattern LABEL_LISTS =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*(?![\\w:]*\\s*\\()");
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "offset", "bool", "inf", "nan", "h", "m", "d");

    private PromQl() {}

    /** Names of the metrics that an expression reads; label lists and matchers hold no parentheses or braces of their own. */
    static Set<String> metrics(String expression) {
        String bare = LITERALS.matcher(expression).replaceAll(" ");
        bare = LABEL_LISTS.matcher(bare).replaceAll(" ");
        Set<String> names = new TreeSet<>();
        NAME.matcher(bare)
                .results()
                .map(result -> result.group())
                .filter(name -> !WORDS.contains(name))
                .forEach(names::add);
        return names;
    }
}
