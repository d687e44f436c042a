// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The entries of a topic that cannot be used, until a later entry of their key can. For any thread. */
final class LeftOut {

    /** Keys that are remembered, so that many bad ones cost no memory; all are counted. */
    private static final int REMEMBERED = 1000;
    /** Of those, how many a message names. */
    private static final int NAMED = 5;

    private static final int LONGEST_KEY = 80;

    private final String topic;
    /** What is wrong, by key. Guarded by "this". */
    private final Map<String, String> problems = new TreeMap<>();
    /** What was skipped unread, in words. Guarded by "this". */
    private final List<String> skipped = new ArrayList<>();
    /** Guarded by "this". */
    private long count;

    LeftOut(String topic) {
        this.topic = topic;
    }

    /** An entry was left out. */
    synchronized void add(String key, long offset, String reason) {
        count++;
        if (problems.size() < REMEMBERED || problems.containsKey(key)) {
            problems.put(key, "entry '" + shown(key) + "' at offset " + offset + " (" + reason + ")");
        }
    }

    /** Records from one offset up to another, the second excluded, are skipped. */
    synchronized void skip(long from, long to) {
        count += to - from;
        skipped.add("topic " + topic + ": skipped offset " + from + (to == from + 1 ? "" : " to " + (to - 1))
                + ", on which this process has ended " + ReadingMark.ENDS + " times");
    }

    /** A key has a good entry, or none. */
    synchronized void remove(String key) {
        problems.remove(key);
    }

    /** Entries that were left out so far. */
    synchronized long count() {
        return count;
    }

    /** What is left out now, in words; empty when nothing is. */
    synchronized List<String> problems() {
        List<String> all = new ArrayList<>(skipped);
        if (problems.isEmpty()) {
            return all;
        }
        List<String> named =
                new ArrayList<>(problems.values().stream().limit(NAMED).toList());
        if (problems.size() > NAMED) {
            named.add((problems.size() - NAMED) + " more");
        }
        all.add("topic " + topic + ": left out " + String.join(", ", named)
                + "; write an empty value under such a key to remove it");
        return all;
    }

    private static String shown(String key) {
        String plain = key.replaceAll("[\\p{Cntrl}\uFFFD]", "?");
        return plain.length() <= LONGEST_KEY ? plain : plain.substring(0, LONGEST_KEY) + "...";
    }
}
