// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import io.wildstream.contracts.v1.IngestResponse.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Samples that a gateway refused, by reason; reasons that differ in numbers and quoted names only are one. Safe for several threads. */
public final class Refusals {

    private static final Pattern VARIABLE = Pattern.compile("'[^']*'|\\d[\\d.,]*");
    private static final int MOST_REASONS = 20;
    private static final String OTHERS = "others";

    private final Map<String, Reason> reasons = new LinkedHashMap<>();

    /**
     * One reason.
     *
     * @param text in the gateway's words, for the first of the samples
     * @param count of the samples
     * @param first id of the first of them
     */
    public record Reason(String text, long count, String first) {
        private Reason more() {
            return new Reason(text, count + 1, first);
        }
    }

    synchronized void add(List<Result> results) {
        for (Result result : results) {
            if (!result.getError().isEmpty()) {
                add(result);
            }
        }
    }

    private void add(Result result) {
        String key = VARIABLE.matcher(result.getError()).replaceAll("…");
        boolean room = reasons.containsKey(key) || reasons.size() < MOST_REASONS;
        reasons.merge(
                room ? key : OTHERS,
                new Reason(room ? result.getError() : OTHERS, 1, result.getId()),
                (known, one) -> known.more());
    }

    /** All of them, in the order of their first samples. */
    public synchronized List<Reason> reasons() {
        return new ArrayList<>(reasons.values());
    }
}
