// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a given share of the stream, the samples of smallest score, without knowing what is still to come. It is the online form of
 * DFND's top-N, which needs two passes: per class by default, over all classes at once as the paper's variant.
 *
 * <p>For a sample of class k (its pseudo-label; one class for all in the global variant):
 * <ol>
 *   <li>{@link ClassQuota} says which fraction f of the class to keep now, so that the class gets {@code rate / K} of all arrivals;
 *   <li>{@link QuantileWindow} says which smoothed rank u in [0, 1) the score has among the last W of the class;
 *   <li>the sample is kept if {@code u < f} and {@link ShareCaps} allow it, and its score joins the window either way.
 * </ol>
 *
 * <p><b>Warm-up.</b> There is none that must be waited for: with n earlier values u is uniform for every n, so that a class is kept at its
 * fraction from its first sample on; what the first, rough estimates of the class shares get wrong, the debt in {@link ClassQuota} puts
 * right. What grows with n is the choice: the first sample of a class is kept by a draw, and the cut's rank is off by
 * {@code sqrt(f (1 - f) / n)}. A class counts as warm from {@link #WARM} values on (off by at most 3 points).
 *
 * <p><b>Ties</b> are broken by a draw from the sample's position, so equal scores, all zeros included, keep the rate.
 *
 * <p>A class that arrives less often than its quota keeps all of its own; the unfilled share stays unfilled. A teacher with another
 * number of classes has a state of its own, up to {@value #MAX_CLASS_COUNTS} of them: then the one with the fewest samples is forgotten,
 * so that the state is bounded whatever teachers write. Not for a stream whose order carries meaning within less than a window (sorted by
 * confidence, say): the rate still holds there, the choice does not.
 */
public final class KeepRateRule implements SelectionRule {

    /** Window when a policy names none, samples of a class in one input partition. */
    public static final int DEFAULT_WINDOW = 2048;
    /** Values from which a class counts as warm. */
    public static final int WARM = 256;
    /** Numbers of classes that have a state at a time. */
    static final int MAX_CLASS_COUNTS = 4;

    private static final int KEY_BYTES = 4 * Integer.BYTES + 1;

    private final double rate;
    private final boolean balanced;
    private final int capacity;
    private final long drawSeed;
    private final ShareCaps caps;
    private final RuleState stored;
    private final Map<Integer, Classes> byClassCount = new HashMap<>();
    private volatile Classes newest = new Classes(0);

    /** The states of one number of classes. */
    private static final class Classes {
        private final @Nullable ClassState[] states;
        private final double[] thresholds;
        private long arrivals;
        private int seen;
        private int warm;

        Classes(int count) {
            states = new ClassState[count];
            thresholds = new double[count];
            Arrays.fill(thresholds, Double.NaN);
        }

        void put(int label, ClassState state) {
            states[label] = state;
            seen++;
            if (state.arrivals() >= warmSize(state)) {
                warm++;
            }
            arrivals = Math.max(arrivals, state.quota().numbers().last());
        }

        static int warmSize(ClassState state) {
            return Math.min(WARM, state.window().capacity());
        }
    }

    /** The place of one chunk in the rule's state. */
    private record ChunkKey(boolean balanced, int capacity, int classes, int label, int chunk) {

        byte[] toBytes() {
            return ByteBuffer.allocate(KEY_BYTES)
                    .put((byte) (balanced ? 1 : 0))
                    .putInt(capacity)
                    .putInt(classes)
                    .putInt(label)
                    .putInt(chunk)
                    .array();
        }

        static ChunkKey of(byte[] key) {
            ByteBuffer bytes = ByteBuffer.wrap(key);
            return new ChunkKey(bytes.get() != 0, bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt());
        }
    }

    /**
     * A rule that goes on from what {@code stored} holds. State of another window or balance is deleted; a new rate goes on with the
     * windows.
     *
     * @param rate share of the stream to keep, in (0, 1]
     * @param balanced whether each class has its own quantile and quota
     * @param window samples of a window, at least 1
     * @param drawSeed seeds the draws that break ties
     * @param caps on shares of classes and sources
     */
    public KeepRateRule(double rate, boolean balanced, int window, long drawSeed, ShareCaps caps, RuleState stored) {
        this.rate = rate;
        this.balanced = balanced;
        this.capacity = window;
        this.drawSeed = drawSeed;
        this.caps = caps;
        this.stored = stored;
        restore();
    }

    @Override
    public SelectionDecision decide(ScoredSample sample) {
        int count = balanced ? sample.classes() : 1;
        int label = balanced ? sample.pseudoLabel() : 0;
        Classes classes = classesOf(count);
        ClassState state = stateOf(classes, label);

        classes.arrivals++;
        caps.grant(rate);
        double fraction = state.quota().arrive(classes.arrivals, rate / count);
        float score = (float) sample.score();
        double draw = UniformHash.draw(drawSeed, sample.partition(), sample.offset());
        boolean kept = state.window().smoothedRank(score, draw) < fraction && caps.allow(sample);
        double threshold = state.window().quantile(fraction);
        if (kept) {
            state.quota().keep();
            caps.keep(sample);
            // The window holds float32: rounding must not leave a kept sample above its threshold.
            threshold = Math.max(threshold, sample.score());
        }
        int chunk = state.add(score);

        stored.put(new ChunkKey(balanced, capacity, count, label, chunk).toBytes(), state.chunk(chunk));
        note(classes, label, state, threshold);
        return SelectionDecision.of(kept, threshold);
    }

    @Override
    public RuleReport report() {
        Classes classes = newest;
        double warm = classes.seen == 0 ? 0 : (double) classes.warm / classes.seen;
        return new RuleReport(Arrays.stream(classes.thresholds).boxed().toList(), warm);
    }

    private Classes classesOf(int count) {
        Classes known = byClassCount.get(count);
        if (known != null) {
            return known;
        }
        while (byClassCount.size() >= MAX_CLASS_COUNTS) {
            forget(rarest());
        }
        return byClassCount.computeIfAbsent(count, Classes::new);
    }

    private int rarest() {
        return byClassCount.entrySet().stream()
                .min(Comparator.<Map.Entry<Integer, Classes>>comparingLong(entry -> entry.getValue().arrivals)
                        .thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
    }

    private void forget(int count) {
        Classes forgotten = byClassCount.remove(count);
        if (forgotten == null) {
            return;
        }
        for (int label = 0; label < count; label++) {
            ClassState state = forgotten.states[label];
            int slots = state == null ? 0 : state.window().size();
            for (int chunk = 0; chunk * ClassState.CHUNK < slots; chunk++) {
                stored.delete(new ChunkKey(balanced, capacity, count, label, chunk).toBytes());
            }
        }
    }

    private ClassState stateOf(Classes classes, int label) {
        ClassState state = classes.states[label];
        if (state == null) {
            state = new ClassState(capacity);
            classes.put(label, state);
        }
        return state;
    }

    private void note(Classes classes, int label, ClassState state, double threshold) {
        classes.thresholds[label] = threshold;
        if (state.arrivals() == Classes.warmSize(state)) {
            classes.warm++;
        }
        newest = classes;
    }

    private void restore() {
        Map<ChunkKey, ClassState.Restorer> restorers = new HashMap<>();
        List<byte[]> outdated = new ArrayList<>();
        stored.forEach((bytes, value) -> {
            if (bytes.length != KEY_BYTES || bytes[0] > 1) {
                return;
            }
            ChunkKey key = ChunkKey.of(bytes);
            if (key.balanced() != balanced || key.capacity() != capacity) {
                outdated.add(bytes);
                return;
            }
            ChunkKey whole = new ChunkKey(balanced, capacity, key.classes(), key.label(), 0);
            restorers
                    .computeIfAbsent(whole, k -> new ClassState.Restorer(capacity))
                    .add(key.chunk(), value);
        });
        outdated.forEach(stored::delete);
        restorers.forEach((key, restorer) ->
                byClassCount.computeIfAbsent(key.classes(), Classes::new).put(key.label(), restorer.restore()));
    }
}
