// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The samples to score, and the place for the outputs. Used by one thread; a {@link #rewind} that succeeds ends any failure but
 * {@link BrokenInvariantException}.
 */
public interface SampleStream extends AutoCloseable {

    /** Goes back to the first record without a committed outcome; also the first call. */
    void rewind();

    /** The next records, in order within each partition; empty when none came in a short while. */
    List<ConsumerRecord<byte[], byte[]>> next();

    /**
     * Why the only record of {@link #next} must not be tried: it ended the process again and again, or is there without its bytes; null
     * when all may be.
     */
    @Nullable String culprit();

    /** Commits the outcomes of the first records of {@link #next}, or of all, and their offsets, all or nothing; the others come again. */
    Committed commit(List<Outcome> outcomes);

    /**
     * Moves the committed offsets past records that were undone by whoever wrote them: they have no outcome, and would count as waiting for
     * ever. Called when {@link #next} gave nothing and every record before has its outcome.
     */
    void passUndone();

    /**
     * This process ends in good order: records of {@link #next} that it did not commit are not what ended it. Does what it can, and never
     * fails. {@link #rewind} does the same for a process that goes on, and {@link #close} does not.
     */
    void survived();

    /** Whether this process belongs to the consumer group. */
    boolean joined();

    /** Records that are waiting in the partitions of this process, as of the last poll. */
    long lag();

    /** Why some records are not read, and what to do; empty when all are. May be asked by any thread. */
    String problem();

    /** Leaves the group. */
    @Override
    void close();

    /**
     * What one transaction wrote.
     *
     * @param outputs teacher outputs
     * @param precomputed those among them that came with their samples
     * @param endMarkers end markers passed on
     * @param deadLetters dead letters by reason code
     */
    record Committed(int outputs, int precomputed, int endMarkers, Map<String, Integer> deadLetters) {

        public Committed {
            deadLetters = Map.copyOf(deadLetters);
        }

        /** Number of dead letters of all reasons. */
        public int allDeadLetters() {
            return deadLetters.values().stream().mapToInt(Integer::intValue).sum();
        }
    }
}
