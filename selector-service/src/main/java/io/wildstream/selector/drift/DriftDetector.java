// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.drift;

import io.wildstream.selection.RuleState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches one input partition: {@link Adwin} over the noise values (as parts of ln K, their maximum) in blocks of {@value #BLOCK}, and
 * {@link ClassMix}. A change of the noise value is told once in {@value #QUIET} blocks, since one that comes bit by bit makes many cuts.
 *
 * <p>Its state is stored with each sample: the open block one sample at a time, all else once a block.
 */
public final class DriftDetector {

    /** Samples between two tests of {@link Adwin}. */
    static final int BLOCK = 32;
    /** Blocks after a change of the noise value in which none is told. */
    static final int QUIET = 32;

    private static final byte SAMPLE = 'b';
    private static final byte REST = 'a';

    private final RuleState stored;
    private Adwin adwin;
    private ClassMix mix;
    private long count;
    private long quietUntil;
    private double mean;
    private double squares;
    private double scale;

    /**
     * A detector that goes on from what is stored.
     *
     * @param delta bound on the probability of a false alarm at each test, in (0, 1)
     */
    public DriftDetector(double delta, RuleState stored) {
        this.stored = stored;
        this.adwin = new Adwin(delta);
        this.mix = new ClassMix(delta);
        List<byte[]> samples = new ArrayList<>();
        stored.forEach((key, value) -> {
            if (key[0] == SAMPLE) {
                samples.add(value);
            } else {
                ByteBuffer bytes = ByteBuffer.wrap(value);
                count = bytes.getLong();
                quietUntil = bytes.getLong();
                adwin = new Adwin(delta, bytes);
                mix = new ClassMix(delta, bytes);
            }
        });
        long whole = count;
        samples.stream()
                .map(ByteBuffer::wrap)
                .filter(bytes -> bytes.getLong(0) >= whole)
                .sorted(java.util.Comparator.comparingLong(bytes -> bytes.getLong(0)))
                .forEach(bytes -> take(
                        bytes.getDouble(Long.BYTES),
                        bytes.getInt(2 * Long.BYTES),
                        bytes.getInt(2 * Long.BYTES + Integer.BYTES)));
    }

    /** Takes the next sample and returns what it shows to have changed. */
    public List<Drift> add(double noiseValue, int label, int classes) {
        byte[] key = {SAMPLE, (byte) (count % BLOCK)};
        byte[] value = ByteBuffer.allocate(2 * Long.BYTES + 2 * Integer.BYTES)
                .putLong(count)
                .putDouble(noiseValue)
                .putInt(label)
                .putInt(classes)
                .array();
        stored.put(key, value);
        List<Drift> drifts = take(noiseValue, label, classes);
        if (count % BLOCK == 0) {
            store();
        }
        return drifts;
    }

    private List<Drift> take(double noiseValue, int label, int classes) {
        List<Drift> drifts = new ArrayList<>();
        scale = Math.log(Math.max(2, classes));
        double value = Math.min(1, noiseValue / scale);
        double before = value - mean;
        mean += before / (count % BLOCK + 1);
        squares += before * (value - mean);
        count++;
        mix.add(label).ifPresent(drifts::add);
        if (count % BLOCK == 0) {
            adwin.add(BLOCK, mean * BLOCK, squares)
                    .filter(cut -> count >= quietUntil)
                    .ifPresent(cut -> drifts.add(drift(cut)));
            mean = 0;
            squares = 0;
        }
        return drifts;
    }

    private Drift drift(Adwin.Cut cut) {
        quietUntil = count + (long) QUIET * BLOCK;
        return new Drift(
                Drift.Signal.NOISE_VALUE,
                cut.before() * scale,
                cut.after() * scale,
                cut.sizeBefore(),
                cut.sizeAfter(),
                -1);
    }

    private void store() {
        byte[] window = adwin.toBytes();
        byte[] shares = mix.toBytes();
        stored.put(
                new byte[] {REST},
                ByteBuffer.allocate(2 * Long.BYTES + window.length + shares.length)
                        .putLong(count)
                        .putLong(quietUntil)
                        .put(window)
                        .put(shares)
                        .array());
    }
}
