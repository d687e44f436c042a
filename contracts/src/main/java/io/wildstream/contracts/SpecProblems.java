// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import io.wildstream.contracts.v1.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects the problems of a spec; each message begins with the path of its field. */
final class SpecProblems {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final List<String> list = new ArrayList<>();

    /** All messages so far. */
    List<String> list() {
        return list;
    }

    void require(boolean holds, String path, String message) {
        if (!holds) {
            list.add(path + ": " + message);
        }
    }

    void modelName(String path, String name) {
        name(path, "model directory", name);
    }

    /** The name of a file or directory, without a path. */
    void name(String path, String kind, String name) {
        require(NAME.matcher(name).matches(), path, "must be the name of a " + kind + ", got '" + name + "'");
    }

    /** A SHA-256, or none. */
    void digest(String path, String digest) {
        require(
                digest.isEmpty() || DIGEST.matcher(digest).matches(),
                path,
                "must be 64 lower-case hexadecimal digits, got '" + digest + "'");
    }

    void range(String path, double value, double min, double max) {
        String upTo = max == Double.MAX_VALUE
                ? "finite and at least " + text(min)
                : "in [" + text(min) + ", " + text(max) + "]";
        require(value >= min && value <= max, path, "must be " + upTo + ", got " + text(value));
    }

    void range(String path, double value, Range range) {
        double max = range.hasMax() ? range.getMax() : Double.MAX_VALUE;
        boolean above = range.getAboveMin() ? value > range.getMin() : value >= range.getMin();
        boolean below = range.getBelowMax() ? value < max : value <= max;
        String expected = (range.getAboveMin() ? "(" : "[")
                + text(range.getMin())
                + ", "
                + (range.hasMax() ? text(max) : "infinity")
                + (range.getBelowMax() || !range.hasMax() ? ")" : "]");
        require(above && below, path, "must be in " + expected + ", got " + text(value));
    }

    void above0(String path, double value, double max) {
        require(value > 0 && value <= max, path, "must be in (0, " + text(max) + "], got " + text(value));
    }

    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
