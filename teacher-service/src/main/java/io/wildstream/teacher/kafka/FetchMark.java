// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import io.wildstream.contracts.StreamCounts;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * That a process fetches the records before an offset and has not come so far: {@code fetching=UNTIL/TIMES} in the metadata of the
 * committed offset, between the counts and what is suspected. A process that finds it there follows one that did not end in good order.
 *
 * @param until the offset; 0 for no mark
 * @param times processes in a row that began to fetch at the committed offset
 */
record FetchMark(long until, int times) {

    static final FetchMark NONE = new FetchMark(0, 0);

    private static final Pattern TEXT = Pattern.compile("(?:^| )fetching=(\\d{1,18})/(\\d{1,8})(?= |$)");

    /** Reads a metadata. */
    static FetchMark of(String metadata) {
        Matcher matcher = TEXT.matcher(metadata);
        return matcher.find()
                ? new FetchMark(Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : NONE;
    }

    /** Whether there is one. */
    boolean isThere() {
        return until > 0;
    }

    /** What holds when records were finished and the next offset is this one. */
    FetchMark at(long nextOffset) {
        return nextOffset < until ? new FetchMark(until, 1) : NONE;
    }

    /** The metadata of an offset that says something before this. */
    String after(String metadata) {
        if (!isThere()) {
            return metadata;
        }
        String own = "fetching=" + until + "/" + times;
        return metadata.isEmpty() ? own : metadata + " " + own;
    }

    /** A metadata with this mark in the place of its own. */
    String in(String metadata) {
        String counts = StreamCounts.of(metadata).map(StreamCounts::metadata).orElse("");
        return Suspicion.of(metadata).after(after(counts));
    }
}
