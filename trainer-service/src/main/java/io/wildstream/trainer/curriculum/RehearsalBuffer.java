// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.engine.EpochOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The last M learned samples of the log, from which rehearsals are drawn. What a draw gives depends on the window, the seed and the
 * step only. Belongs to the training thread.
 */
public final class RehearsalBuffer {

    private final boolean grows;
    /** The order of the pass that was drawn last. */
    private int[] order = {};

    private long orderPass;
    private long orderSeed;
    private TrainingSample[] ring;
    private int oldest;
    private int size;

    /** An empty window of {@code window} samples, at least 1. */
    public RehearsalBuffer(int window) {
        this(window, false);
    }

    private RehearsalBuffer(int window, boolean grows) {
        this.ring = new TrainingSample[window];
        this.grows = grows;
    }

    /** An empty window that holds every sample that was ever added: what the offline scheme shuffles. */
    public static RehearsalBuffer ofAll() {
        return new RehearsalBuffer(1024, true);
    }

    /** Adds the newest sample; the oldest one of a full window falls out. */
    public void add(TrainingSample sample) {
        if (grows && size == ring.length) {
            allot(Math.multiplyExact(2, size));
        }
        if (size < ring.length) {
            ring[(oldest + size) % ring.length] = sample;
            size++;
            return;
        }
        ring[oldest] = sample;
        oldest = (oldest + 1) % ring.length;
    }

    /** Changes M; a smaller window forgets the oldest samples. One that holds all samples keeps doing so. */
    public void resize(int window) {
        if (!grows && window != ring.length) {
            allot(window);
        }
    }

    private void allot(int window) {
        int kept = Math.min(size, window);
        TrainingSample[] later = new TrainingSample[window];
        for (int i = 0; i < kept; i++) {
            later[i] = get(size - kept + i);
        }
        ring = later;
        oldest = 0;
        size = kept;
    }

    /** Forgets what does not satisfy a condition. */
    public void retain(Predicate<TrainingSample> condition) {
        List<TrainingSample> all = samples();
        all.removeIf(condition.negate());
        ring = all.toArray(new TrainingSample[ring.length]);
        oldest = 0;
        size = all.size();
    }

    /** Forgets missing samples; gives back those decisions that were about samples in the window. */
    public List<MissingSamples> removeMissing(List<MissingSamples> decisions) {
        List<TrainingSample> window = samples();
        List<MissingSamples> effective = decisions.stream()
                .filter(decision ->
                        window.stream().anyMatch(sample -> MissingDecisions.covers(decision, sample.offset())))
                .toList();
        retain(sample -> effective.stream().noneMatch(decision -> MissingDecisions.covers(decision, sample.offset())));
        return effective;
    }

    /** Samples of a minibatch for one step, each drawn uniformly, with replacement; the window must not be empty. */
    public List<TrainingSample> draw(long seed, long step, int count) {
        Draws draws = new Draws(seed, step);
        List<TrainingSample> drawn = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            drawn.add(get(draws.next(size)));
        }
        return drawn;
    }

    /**
     * Samples of a minibatch of the offline scheme: a pass over the window takes {@code ceil(size / count)} steps, each pass in an order
     * of its own.
     */
    public List<TrainingSample> shuffled(long seed, long step, int count) {
        long pass = step / passSteps(count);
        if (order.length != size || orderPass != pass || orderSeed != seed) {
            order = EpochOrder.of(size, seed, Math.toIntExact(pass));
            orderPass = pass;
            orderSeed = seed;
        }
        int from = (int) (step % passSteps(count)) * count;
        List<TrainingSample> minibatch = new ArrayList<>(count);
        for (int i = from; i < Math.min(from + count, size); i++) {
            minibatch.add(get(order[i]));
        }
        return minibatch;
    }

    /** Minibatches of {@code count} samples in a pass over the window; the last one can be short. */
    public int passSteps(int count) {
        return (size + count - 1) / count;
    }

    /** All samples held, oldest first; a list of its own. */
    public List<TrainingSample> samples() {
        List<TrainingSample> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(get(i));
        }
        return all;
    }

    /** Number of samples held. */
    public int size() {
        return size;
    }

    /** Whether there is nothing to draw from. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Offset of the oldest sample held, or -1 when there is none: from there on the log rebuilds this window. */
    public long oldestOffset() {
        return isEmpty() ? -1 : get(0).offset();
    }

    private TrainingSample get(int index) {
        return ring[(oldest + index) % ring.length];
    }
}
