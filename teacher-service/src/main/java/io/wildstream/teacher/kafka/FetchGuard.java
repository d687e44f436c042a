// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import io.wildstream.contracts.StreamCounts;
import io.wildstream.service.fetch.BoundedUnpacking;
import io.wildstream.service.fetch.BoundedUnpacking.Unpacked;
import io.wildstream.service.fetch.PackedFetch;
import io.wildstream.service.fetch.UnpackingLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.FetchResponseData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a record that unpacks to more than the process's memory from ending it again and again, within Kafka's client, before anybody
 * can look at the record. Before a process fetches from a partition, a mark in the metadata of the committed offset says so ({@link
 * FetchMark}); it stands until the records that a process before may have met are finished, or the process ends in good order. A
 * process that finds one reads the partition carefully, up to the end that it has then: record by record, in bounded memory, and
 * around what is too large.
 */
final class FetchGuard implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(FetchGuard.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final TransactionalOutput output;
    private final PackedFetch packed;
    private final UnpackingLimits limits;
    private final int batch;
    /** Partitions that came and are not fetched before they have their mark. */
    private final Set<TopicPartition> unmarked = new HashSet<>();
    /** Marks in the metadata of committed offsets, and what was found there before. */
    private final Map<TopicPartition, Standing> marks = new HashMap<>();
    /** Partitions that are read carefully up to their mark, in turns. */
    private final Set<TopicPartition> careful = new LinkedHashSet<>();

    private record Standing(FetchMark mark, FetchMark found) {

        Standing at(long nextOffset) {
            return new Standing(mark.at(nextOffset), found.at(nextOffset));
        }
    }

    private static final Standing NOTHING = new Standing(FetchMark.NONE, FetchMark.NONE);

    /**
     * Nothing is fetched yet.
     *
     * @param packed is the guard's from here on
     * @param batch most records that are worked on at once
     */
    FetchGuard(
            Consumer<byte[], byte[]> consumer,
            TransactionalOutput output,
            PackedFetch packed,
            UnpackingLimits limits,
            int batch) {
        this.consumer = consumer;
        this.output = output;
        this.packed = packed;
        this.limits = limits;
        this.batch = batch;
    }

    /** Partitions came: nothing is fetched from them yet. */
    void assigned(Collection<TopicPartition> partitions) {
        revoked(partitions);
        consumer.pause(partitions);
        unmarked.addAll(partitions);
    }

    /** Partitions went. */
    void revoked(Collection<TopicPartition> partitions) {
        unmarked.removeAll(partitions);
        partitions.forEach(marks::remove);
        careful.removeAll(partitions);
    }

    /** Called before each poll: lets the consumer fetch from what is marked and not read carefully, except from some partitions. */
    void beforePoll(Collection<TopicPartition> withoutPlace) {
        List<TopicPartition> ready = new ArrayList<>(unmarked);
        ready.removeAll(withoutPlace);
        if (!ready.isEmpty() && mark(ready)) {
            unmarked.removeAll(ready);
            consumer.resume(ready);
        }
        for (TopicPartition partition : careful) {
            if (isBeforeMark(partition)) {
                consumer.pause(Set.of(partition));
            } else {
                consumer.resume(Set.of(partition));
            }
        }
    }

    /** Returns false when the committed offsets cannot be had yet: another instance's transaction is open. */
    private boolean mark(List<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed;
        try {
            committed = consumer.committed(Set.copyOf(partitions), SHORT_TIMEOUT);
        } catch (TimeoutException e) {
            LOGGER.debug("waiting for the committed offsets partitions={}", partitions);
            return false;
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIMEOUT);
        Map<TopicPartition, OffsetAndMetadata> changed = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata there = committed.get(partition);
            long start = there == null ? consumer.position(partition, TIMEOUT) : there.offset();
            String metadata = there == null ? StreamCounts.before(start).metadata() : there.metadata();
            FetchMark found = FetchMark.of(metadata);
            FetchMark mark = next(partition, found, start, ends.getOrDefault(partition, 0L));
            if (!mark.equals(found)) {
                changed.put(partition, new OffsetAndMetadata(start, mark.in(metadata)));
            }
            // First remembered: a transaction that seems to fail may be committed all the same.
            marks.put(partition, new Standing(mark, found));
        }
        if (!changed.isEmpty()) {
            output.write(List.of(), changed, consumer.groupMetadata());
        }
        return true;
    }

    private FetchMark next(TopicPartition partition, FetchMark found, long start, long end) {
        if (start < found.until()) {
            LOGGER.warn("a process ended while it fetched, reading carefully partition={} offset={}", partition, start);
            careful.add(partition);
            return new FetchMark(Math.max(found.until(), end), found.times() + 1);
        }
        return start < end ? new FetchMark(Math.min(end, start + batch), 1) : FetchMark.NONE;
    }

    /** Whether something waits to be read carefully. */
    boolean isCareful() {
        return careful.stream().anyMatch(this::isBeforeMark);
    }

    private boolean isBeforeMark(TopicPartition partition) {
        return consumer.position(partition, TIMEOUT) < standing(partition).mark.until();
    }

    /** The next records of a partition that is read carefully, or null; the consumer's position stays before them. */
    @Nullable Unpacked read() {
        TopicPartition partition =
                careful.stream().filter(this::isBeforeMark).findFirst().orElse(null);
        if (partition == null) {
            return null;
        }
        // The next turn is another one's.
        careful.remove(partition);
        careful.add(partition);
        long from = consumer.position(partition, TIMEOUT);
        try {
            UnpackingLimits bounds = limits.after(standing(partition).found.times());
            FetchResponseData.PartitionData fetched = packed.fetch(leader(partition), partition, from);
            Unpacked unpacked = BoundedUnpacking.of(fetched, partition, from, bounds);
            if (unpacked.next() == from && fetched.lastStableOffset() <= from) {
                readNormally(partition);
            }
            return unpacked;
        } catch (RetriableException | AuthorizationException | AuthenticationException e) {
            throw e;
        } catch (RuntimeException e) {
            LOGGER.warn("not read carefully, but by Kafka's consumer partition={} offset={}", partition, from, e);
            readNormally(partition);
            return null;
        }
    }

    private void readNormally(TopicPartition partition) {
        if (careful.remove(partition)) {
            consumer.resume(Set.of(partition));
            if (careful.isEmpty()) {
                packed.close();
            }
        }
    }

    private Node leader(TopicPartition partition) {
        return consumer.partitionsFor(partition.topic(), TIMEOUT).stream()
                .filter(info -> info.partition() == partition.partition() && info.leader() != null)
                .findFirst()
                .orElseThrow(() -> new LeaderNotAvailableException(partition + " has no leader"))
                .leader();
    }

    /** What the metadata of a committed offset says before records after it are finished, after what counts records. */
    String before(TopicPartition partition, String counts) {
        return standing(partition).mark.after(counts);
    }

    /** What the metadata of the offset after finished records says, after what counts records. */
    String at(TopicPartition partition, long offset, String counts) {
        return standing(partition).mark.at(offset).after(counts);
    }

    private Standing standing(TopicPartition partition) {
        return marks.getOrDefault(partition, NOTHING);
    }

    /** These offsets are committed. */
    void end(Map<TopicPartition, OffsetAndMetadata> finished) {
        finished.forEach((partition, next) -> {
            Standing then = standing(partition).at(next.offset());
            if (then.mark.isThere()) {
                marks.put(partition, then);
            } else {
                marks.remove(partition);
                readNormally(partition);
            }
        });
    }

    /** Partitions that have a mark. */
    Set<TopicPartition> begun() {
        Set<TopicPartition> begun = new HashSet<>(marks.keySet());
        begun.removeIf(partition -> !standing(partition).mark.isThere());
        return begun;
    }

    /** The process ends in good order: what it has found is there again, as far as it was not finished. */
    void survived(Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, OffsetAndMetadata> back = new HashMap<>();
        marks.forEach((partition, standing) -> {
            OffsetAndMetadata there = committed.get(partition);
            if (there != null && FetchMark.of(there.metadata()).until() == standing.mark.until()) {
                String metadata = standing.found.at(there.offset()).in(there.metadata());
                back.put(partition, new OffsetAndMetadata(there.offset(), metadata));
            }
        });
        if (!back.isEmpty()) {
            output.write(List.of(), back, consumer.groupMetadata());
        }
        marks.clear();
    }

    @Override
    public void close() {
        packed.close();
    }
}
