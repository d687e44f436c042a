// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known about the records after a committed offset; kept in the metadata of that offset, after what {@link PartitionCounts}
 * keeps there, so that it changes in the transaction that moves the offset.
 *
 * <pre>
 * (nothing)   a process worked here, or none did
 * begun=N     N processes in a row began the records that follow, and ended with them or work on them now
 * alone=M     records before offset M are tried one by one
 * trying=M    the same, and the next record is being tried now
 * </pre>
 *
 * @param number N or M
 */
record Suspicion(Kind kind, long number) {

    /** The forms. */
    enum Kind {
        NONE(""),
        BEGUN("begun"),
        ALONE("alone"),
        TRYING("trying");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    static final Suspicion NONE = new Suspicion(Kind.NONE, 0);

    /** After so many processes that began and did not finish, records are tried one by one. */
    static final int MOST_BEGUN = 3;

    private static final Pattern TEXT = Pattern.compile("(?:^| )(begun|alone|trying)=(\\d{1,18})$");

    /** Reads a metadata; what it does not understand is nothing. */
    static Suspicion of(String metadata) {
        Matcher matcher = TEXT.matcher(metadata);
        if (!matcher.find()) {
            return NONE;
        }
        for (Kind kind : Kind.values()) {
            if (kind.word.equals(matcher.group(1))) {
                return new Suspicion(kind, Long.parseLong(matcher.group(2)));
            }
        }
        return NONE;
    }

    /** What holds for a process that begins here now: one more that began, or one by one. */
    Suspicion begunAgain(long lastOffsetOfBatch) {
        return switch (kind) {
            case NONE -> new Suspicion(Kind.BEGUN, 1);
            case BEGUN ->
                number < MOST_BEGUN
                        ? new Suspicion(Kind.BEGUN, number + 1)
                        : new Suspicion(Kind.ALONE, lastOffsetOfBatch);
            case ALONE, TRYING -> this;
        };
    }

    /** Whether records before an offset are tried one by one. */
    boolean isAlone() {
        return kind == Kind.ALONE || kind == Kind.TRYING;
    }

    /** The next record is tried now. */
    Suspicion trying() {
        return new Suspicion(Kind.TRYING, number);
    }

    /** What holds when the next offset is this one. */
    Suspicion at(long nextOffset) {
        return isAlone() && nextOffset < number ? new Suspicion(Kind.ALONE, number) : NONE;
    }

    /** What holds when the next offset is this one and the records before it were undone: none of them was finished. */
    Suspicion passing(long nextOffset) {
        return kind == Kind.BEGUN ? this : at(nextOffset);
    }

    /** The metadata of an offset that says something before this. */
    String after(String metadata) {
        String own = kind == Kind.NONE ? "" : kind.word + "=" + number;
        return metadata.isEmpty() || own.isEmpty() ? metadata + own : metadata + " " + own;
    }
}
