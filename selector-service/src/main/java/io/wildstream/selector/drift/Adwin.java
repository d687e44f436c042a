// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.drift;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ADWIN2 (Bifet and Gavaldà, Learning from Time-Changing Data with Adaptive Windowing, SDM 2007): a window over the newest values that
 * grows while their mean stays, and drops its older part once two parts have means that differ by more than chance allows.
 *
 * <p>The window is an exponential histogram: buckets of 1, 2, 4, ... blocks of values, at most {@value #PER_SIZE} of each size, and a
 * test at each block. For each border
 * between buckets, with {@code n0} and {@code n1} values on its sides, {@code m = 1 / (1/n0 + 1/n1)} and {@code d = delta / ln n}, the
 * older part goes if
 * {@code |mean0 - mean1| > sqrt(2/m var ln(2/d)) + 2/(3m) ln(2/d)}. Values in [0, 1]. For independent values of one mean the probability
 * of a drop is at most delta at each test, and far below it in practice, since {@code delta} is shared among borders.
 */
final class Adwin {

    private static final int PER_SIZE = 5;
    /** Fewest values of a part. */
    private static final long MIN_PART = 5;

    private final double delta;
    /** Oldest first. */
    private final List<Bucket> buckets = new ArrayList<>();

    /** Values with their sum and the sum of their squared distances from their mean. */
    private record Bucket(long size, double sum, double squares) {

        Bucket with(Bucket other) {
            double distance = sum / size - other.sum / other.size;
            double between = distance * distance * size * other.size / (size + other.size);
            return new Bucket(size + other.size, sum + other.sum, squares + other.squares + between);
        }

        double mean() {
            return sum / size;
        }
    }

    /** The part that was dropped and the part that is left. */
    record Cut(double before, double after, long sizeBefore, long sizeAfter) {}

    /** An empty window; {@code delta} in (0, 1). */
    Adwin(double delta) {
        this.delta = delta;
    }

    /** A window as it was stored. */
    Adwin(double delta, ByteBuffer bytes) {
        this(delta);
        for (int left = bytes.getInt(); left > 0; left--) {
            buckets.add(new Bucket(bytes.getLong(), bytes.getDouble(), bytes.getDouble()));
        }
    }

    /** The window for storage. */
    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + 3 * Long.BYTES * buckets.size());
        bytes.putInt(buckets.size());
        buckets.forEach(one -> bytes.putLong(one.size()).putDouble(one.sum()).putDouble(one.squares()));
        return bytes.array();
    }

    /** Number of values in the window. */
    long size() {
        return buckets.stream().mapToLong(Bucket::size).sum();
    }

    /**
     * Adds a block of values; the cut, if it made one.
     *
     * @param count of values, the same for every block
     * @param sum of the values
     * @param squares sum of their squared distances from their mean
     */
    Optional<Cut> add(long count, double sum, double squares) {
        buckets.add(new Bucket(count, sum, squares));
        compress(count);
        return shrink();
    }

    private void compress(long block) {
        int end = buckets.size();
        for (long size = block; ; size *= 2) {
            int begin = end;
            while (begin > 0 && buckets.get(begin - 1).size() == size) {
                begin--;
            }
            if (end - begin <= PER_SIZE) {
                return;
            }
            buckets.set(begin, buckets.get(begin).with(buckets.remove(begin + 1)));
            end = begin + 1;
        }
    }

    private Optional<Cut> shrink() {
        Bucket dropped = null;
        int border = border();
        while (border > 0) {
            for (; border > 0; border--) {
                Bucket oldest = buckets.remove(0);
                dropped = dropped == null ? oldest : dropped.with(oldest);
            }
            border = border();
        }
        if (dropped == null) {
            return Optional.empty();
        }
        Bucket left = total();
        return Optional.of(new Cut(dropped.mean(), left.mean(), dropped.size(), left.size()));
    }

    /** Number of oldest buckets to drop: up to the first border whose sides differ; 0 for none. */
    private int border() {
        Bucket all = total();
        double confidence = Math.log(2 * Math.log(Math.max(Math.E, all.size())) / delta);
        double variance = all.squares() / all.size();
        long size = 0;
        double sum = 0;
        for (int i = 0; i < buckets.size() - 1; i++) {
            size += buckets.get(i).size();
            sum += buckets.get(i).sum();
            long rest = all.size() - size;
            if (size < MIN_PART || rest < MIN_PART) {
                continue;
            }
            double inverse = 1.0 / size + 1.0 / rest;
            double bound = Math.sqrt(2 * inverse * variance * confidence) + 2.0 / 3 * inverse * confidence;
            if (Math.abs(sum / size - (all.sum() - sum) / rest) > bound) {
                return i + 1;
            }
        }
        return 0;
    }

    private Bucket total() {
        Bucket all = buckets.get(0);
        for (Bucket bucket : buckets.subList(1, buckets.size())) {
            all = all.with(bucket);
        }
        return all;
    }
}
