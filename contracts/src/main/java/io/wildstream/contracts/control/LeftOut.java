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

    /** Characters of a key that are shown. */
    static final int LONGEST_KEY = 80;
    /** Characters of a reason that are kept. */
    static final int LONGEST_REASON = 200;

    private final String topic;
    /** What is wrong, by {@link #id} of the key. Guarded by "this". */
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
        String id = id(key);
        if (problems.size() < REMEMBERED || problems.containsKey(id)) {
            problems.put(
                    id,
                    "entry '" + shown(key, LONGEST_KEY) + "' at offset " + offset + " (" + shown(reason, LONGEST_REASON)
                            + ")");
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
        problems.remove(id(key));
    }

    /** Entries that were left out so far. */
    synchronized long count() {
        return count;
    }

    /** What was skipped unread, in words; empty when nothing was. */
    synchronized List<String> skipped() {
        return List.copyOf(skipped);
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

    /** A key as it is remembered: a long one by its beginning, its length and its hash. */
    private static String id(String key) {
        return key.length() <= LONGEST_KEY
                ? key
                : key.substring(0, LONGEST_KEY) + '#' + key.length() + '#' + key.hashCode();
    }

    /** The beginning of a text of an unknown writer, without control characters. */
    static String shown(String text, int longest) {
        String start = text.length() <= longest ? text : text.substring(0, longest) + "...";
        return start.replaceAll("[\\p{Cntrl}\uFFFD]", "?");
    }
}
