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

    private final Map<String, Highest> highest = new HashMap<>();
    /** What selectors have written, by topic and partition of their task. */
    private final Map<String, Map<Integer, Long>> selected = new HashMap<>();

    /** A count that was shown, and the offsets at that moment. */
    private record Highest(long count, long offsets) {}

    /**
     * What the teachers have counted over all partitions, with the records of {@code samples} that they have not read yet; empty when a
     * teacher of a version before 0.3 has committed offsets, which did not count.
     *
     * @param ends ends of the partitions of {@code samples}
     * @param read what the teachers' group has committed
     */
    static Optional<StreamCounts> ofTeachers(
            Map<TopicPartition, Long> ends, Map<TopicPartition, OffsetAndMetadata> read) {
        StreamCounts sum = StreamCounts.before(0);
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            OffsetAndMetadata committed = read.get(end.getKey());
            if (committed == null) {
                sum = sum.plus(StreamCounts.before(end.getValue()));
                continue;
            }
            Optional<StreamCounts> counts = StreamCounts.of(committed.metadata());
            if (counts.isEmpty()) {
                return Optional.empty();
            }
            sum = sum.plus(counts.get()).plus(StreamCounts.before(Math.max(0, end.getValue() - committed.offset())));
        }
        return Optional.of(sum);
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

    /**
     * What is shown of a topic: what was counted, or the offsets where nothing was. A count never falls while the topic is the same: the
     * markers behind what teachers have read are not told apart from samples until they have read them.
     */
    long shown(String topic, OptionalLong counted, long offsets) {
        Highest before = highest.get(topic);
        long count = counted.orElse(offsets);
        long shown = before != null && offsets >= before.offsets() ? Math.max(before.count(), count) : count;
        highest.put(topic, new Highest(shown, offsets));
        return shown;
    }
}
