// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import io.wildstream.contracts.StreamCounts;
import io.wildstream.contracts.v1.SelectorStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How many records topics hold, as the stages that write them have counted in their transactions. Offsets would count the markers of
 * transactions and of the stream's end too. Belongs to one thread.
 */
final class RecordCounts {

    /** Offsets behind the last record of a partition: the marker of its transaction and that of the stream's end. */
    private static final int MARKERS = 2;

    private final Map<String, Highest> highest = new HashMap<>();
    /** What selectors have written, by topic and partition of their task. */
    private final Map<String, Map<Integer, Long>> selected = new HashMap<>();

    /**
     * What the teachers have counted.
     *
     * @param read over all partitions, up to where they have read
     * @param unread offsets of {@code samples} behind that, whose markers are not told apart from samples
     * @param unreadPartitions partitions that have such offsets
     */
    record TeacherCounts(StreamCounts read, long unread, int unreadPartitions) {

        /** Samples, the unread ones included; too many by the markers among them. */
        long samples() {
            return read.samples() + unread;
        }

        /** Samples of which it is certain that they are no markers, where few are unread. */
        long certainSamples() {
            return read.samples() + Math.max(0, unread - (long) MARKERS * unreadPartitions);
        }
    }

    /** A count that was shown, and the offsets at that moment. */
    private record Highest(long count, long offsets) {}

    /**
     * What the teachers have counted over all partitions; empty when a teacher of a version before 0.3 has committed offsets, which did
     * not count.
     *
     * @param ends ends of the partitions of {@code samples}
     * @param read what the teachers' group has committed
     */
    static Optional<TeacherCounts> ofTeachers(
            Map<TopicPartition, Long> ends, Map<TopicPartition, OffsetAndMetadata> read) {
        StreamCounts sum = StreamCounts.before(0);
        long unread = 0;
        int unreadPartitions = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            OffsetAndMetadata committed = read.get(end.getKey());
            long behind = committed == null ? end.getValue() : Math.max(0, end.getValue() - committed.offset());
            unread += behind;
            unreadPartitions += behind > 0 ? 1 : 0;
            if (committed != null) {
                Optional<StreamCounts> counts = StreamCounts.of(committed.metadata());
                if (counts.isEmpty()) {
                    return Optional.empty();
                }
                sum = sum.plus(counts.get());
            }
        }
        return Optional.of(new TeacherCounts(sum, unread, unreadPartitions));
    }

    /** What selectors report of themselves; a task that has moved is counted once, as far as the furthest report goes. */
    void ofSelectors(Collection<SelectorStatus> selectors) {
        boolean all = selectors.stream().noneMatch(SelectorStatus::getCountsIncomplete);
        if (!all) {
            selected.clear();
            return;
        }
        selectors.stream()
                .flatMap(selector -> selector.getWrittenList().stream())
                .forEach(written -> selected.computeIfAbsent(written.getTopic(), topic -> new HashMap<>())
                        .merge(written.getPartition(), written.getRecords(), Math::max));
    }

    /** What selectors have written to a topic, by its name without the prefix; empty when they have not said. */
    OptionalLong selected(String role) {
        Map<Integer, Long> partitions = selected.get(role);
        return partitions == null
                ? OptionalLong.empty()
                : OptionalLong.of(List.copyOf(partitions.values()).stream()
                        .mapToLong(Long::longValue)
                        .sum());
    }

    /** The value of a topic's counter, which never falls while the topic is the same. */
    long counter(String topic, long count, long offsets) {
        Highest before = highest.get(topic);
        long shown = before != null && offsets >= before.offsets() ? Math.max(before.count(), count) : count;
        highest.put(topic, new Highest(shown, offsets));
        return shown;
    }
}
