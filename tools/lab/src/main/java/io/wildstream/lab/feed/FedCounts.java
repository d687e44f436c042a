// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.feed;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.Images;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what is sent and what is left out, by kind. Safe for several threads. */
public final class FedCounts {

    private final @Nullable ImageShape teacher;
    private final Map<String, Group> skipped = new TreeMap<>();
    private @Nullable Group otherSize;
    private long sent;
    private long leftOut;

    /**
     * Files or images that have something in common.
     *
     * @param count how many
     * @param first the first of them
     */
    public record Group(long count, String first) {
        private Group more() {
            return new Group(count + 1, first);
        }
    }

    FedCounts(@Nullable ImageShape teacher) {
        this.teacher = teacher;
    }

    /** Counts a sample that is sent. */
    synchronized Sample counted(Sample sample, @Nullable ImageShape shape) {
        sent++;
        if (shape != null && teacher != null && !Images.fits(sample.getContentType(), shape, teacher)) {
            otherSize = otherSize == null ? new Group(1, sample.getId() + " (" + shape + ")") : otherSize.more();
        }
        return sample;
    }

    /** Counts a file that is no candidate. */
    synchronized void skip(String kind, String file) {
        skipped.merge(kind, new Group(1, file), (known, one) -> known.more());
    }

    /** Counts a candidate that is left out. */
    synchronized void leaveOut(String kind, String file) {
        leftOut++;
        skip(kind, file);
    }

    /** Candidates that were left out so far. */
    synchronized long leftOut() {
        return leftOut;
    }

    /** Samples handed over so far; those that wait for their turn are among them. */
    public synchronized long sent() {
        return sent;
    }

    /** What was left out, by its kind. */
    public synchronized Map<String, Group> skipped() {
        return new TreeMap<>(skipped);
    }

    /** Samples of another size than the teacher reads; null when there are none, or no teacher. */
    public synchronized @Nullable Group otherSize() {
        return otherSize;
    }

    /** The shape that the teacher reads; null when none runs. */
    public @Nullable ImageShape teacher() {
        return teacher;
    }
}
