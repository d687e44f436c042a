// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.deadletters;

import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * A set of offsets, kept as ranges and written as text such as {@code 0-4,9}. Belongs to one thread.
 */
final class OffsetRanges {

    /** First to last offset of each range; ranges neither touch nor overlap. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static OffsetRanges parse(String text) {
        OffsetRanges parsed = new OffsetRanges();
        if (text.isEmpty()) {
            return parsed;
        }
        for (String range : text.split(",", -1)) {
            String[] ends = range.split("-", -1);
            long first = Long.parseLong(ends[0]);
            long last = Long.parseLong(ends[ends.length - 1]);
            if (ends.length > 2 || first < 0 || last < first) {
                throw new IllegalArgumentException("'" + range + "' is no range of offsets");
            }
            parsed.add(first, last);
        }
        return parsed;
    }

    boolean contains(long offset) {
        Map.Entry<Long, Long> range = ranges.floorEntry(offset);
        return range != null && range.getValue() >= offset;
    }

    void add(long offset) {
        add(offset, offset);
    }

    private void add(long first, long last) {
        long from = first;
        long to = last;
        Map.Entry<Long, Long> before = ranges.floorEntry(from);
        if (before != null && before.getValue() >= from - 1) {
            from = before.getKey();
            to = Math.max(to, before.getValue());
        }
        Map.Entry<Long, Long> behind = ranges.floorEntry(to + 1);
        if (behind != null) {
            to = Math.max(to, behind.getValue());
        }
        ranges.subMap(from, true, to, true).clear();
        ranges.put(from, to);
    }

    /** Forgets what lies before an offset. */
    void forgetBefore(long offset) {
        if (offset > 0 && contains(offset - 1) && contains(offset)) {
            long last = ranges.floorEntry(offset).getValue();
            ranges.put(offset, last);
        }
        ranges.headMap(offset, false).clear();
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(",");
        ranges.forEach((first, last) -> text.add(first.equals(last) ? first.toString() : first + "-" + last));
        return text.toString();
    }
}
