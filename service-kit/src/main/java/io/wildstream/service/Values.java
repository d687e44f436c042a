// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import io.quarkus.runtime.configuration.MemorySize;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Refuses a value that cannot work: {@code wildstream.x.y must be between 1 and 64, but is 65}. */
public final class Values {

    private static final List<String> BYTE_UNITS = List.of("", "K", "M", "G", "T", "P", "E");

    private Values() {}

    /** Returns when a whole number is in a range, its ends included. */
    public static void between(String key, long value, long min, long max) {
        require(value >= min && value <= max, key, "between " + min + " and " + max, value);
    }

    /** Returns when a number is in a range, its ends included. */
    public static void between(String key, double value, double min, double max) {
        require(value >= min && value <= max, key, "between " + min + " and " + max, value);
    }

    /** Returns when a time is in a range, its ends included. */
    public static void between(String key, Duration value, Duration min, Duration max) {
        boolean inside = value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
        require(inside, key, "between " + text(min) + " and " + text(max), text(value));
    }

    /** Returns when a size is in a range of bytes, its ends included. */
    public static void between(String key, MemorySize value, long min, long max) {
        long bytes = value.asBigInteger().bitLength() < Long.SIZE ? value.asLongValue() : Long.MAX_VALUE;
        require(bytes >= min && bytes <= max, key, "between " + bytes(min) + " and " + bytes(max), bytes(bytes));
    }

    /** Returns when a number is large enough. */
    public static void atLeast(String key, long value, long min) {
        require(value >= min, key, "at least " + min, value);
    }

    /** Returns when a time is long enough. */
    public static void atLeast(String key, Duration value, Duration min) {
        require(value.compareTo(min) >= 0, key, "at least " + text(min), text(value));
    }

    /**
     * Returns when a text has a form.
     *
     * @param form the pattern in words
     */
    public static void matches(String key, String value, String pattern, String form) {
        require(value.matches(pattern), key, form, "'" + value + "'");
    }

    /**
     * Returns when a condition holds.
     *
     * @param must what the value must be
     * @throws IllegalArgumentException when it does not
     */
    public static void require(boolean holds, String key, String must, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(key + " must be " + must + ", but is " + value);
        }
    }

    /**
     * SHA-256 digests in lower case.
     *
     * @throws IllegalArgumentException naming the key, when one is not 64 hexadecimal digits
     */
    public static Set<String> digests(String key, Optional<List<String>> values) {
        Set<String> digests = new TreeSet<>();
        for (String digest : values.orElse(List.of())) {
            matches(key, digest, "[0-9a-fA-F]{64}", "SHA-256 digests of 64 hexadecimal digits each");
            digests.add(digest.toLowerCase(Locale.ROOT));
        }
        return digests;
    }

    /** A time as a key takes it: {@code 250ms}, {@code 30s}, {@code 5m}. */
    static String text(Duration time) {
        if (time.isZero()) {
            return "0s";
        }
        if (time.toNanosPart() != 0) {
            return time.toNanosPart() % 1_000_000 == 0 ? time.toMillis() + "ms" : time.toString();
        }
        if (time.toSecondsPart() != 0) {
            return time.toSeconds() + "s";
        }
        return time.toMinutesPart() != 0 ? time.toMinutes() + "m" : time.toHours() + "h";
    }

    /** A number of bytes as a key takes it: {@code 8257536}, {@code 9M}. */
    static String bytes(long bytes) {
        long count = bytes;
        int unit = 0;
        while (count != 0 && count % 1024 == 0) {
            count /= 1024;
            unit++;
        }
        return count + BYTE_UNITS.get(unit);
    }
}
