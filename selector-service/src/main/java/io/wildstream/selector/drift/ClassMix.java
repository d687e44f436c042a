// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.drift;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Compares the pseudo-labels of each {@value #WINDOW} samples with those of a reference window by the chi-square test for two binned data
 * sets (Press et al., Numerical Recipes, 14.3): {@code X = sum (r_k - c_k)^2 / (r_k + c_k)} over the cells with at least
 * {@value #MIN_CELL} samples of both together, the others pooled, has as many degrees of freedom as cells less one. With Wilson and
 * Hilferty's normal deviate {@code z} of X the mix has changed if {@code exp(-z^2/2) / 2 < delta}, a bound of the upper tail: the
 * probability of a false alarm is below delta for each window of independent samples. The reference is the first window, and after a change
 * the one that showed it. Classes beyond {@value #CELLS} share cells, so that the state is bounded.
 */
final class ClassMix {

    /** Samples of a window. */
    static final int WINDOW = 4096;

    private static final int CELLS = 256;
    private static final int MIN_CELL = 10;

    private final double delta;
    private final int[] reference = new int[CELLS];
    private final int[] current = new int[CELLS];
    private int size;
    private boolean referred;

    /** Nothing seen yet; {@code delta} in (0, 1). */
    ClassMix(double delta) {
        this.delta = delta;
    }

    /** As it was stored. */
    ClassMix(double delta, ByteBuffer bytes) {
        this(delta);
        size = bytes.getInt();
        referred = bytes.get() != 0;
        for (int left = bytes.getInt(); left > 0; left--) {
            int cell = bytes.getInt();
            reference[cell] = bytes.getInt();
            current[cell] = bytes.getInt();
        }
    }

    /** For storage. */
    byte[] toBytes() {
        int used = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            used += reference[cell] + current[cell] > 0 ? 1 : 0;
        }
        ByteBuffer bytes = ByteBuffer.allocate(2 * Integer.BYTES + 1 + used * 3 * Integer.BYTES)
                .putInt(size)
                .put((byte) (referred ? 1 : 0))
                .putInt(used);
        for (int cell = 0; cell < CELLS; cell++) {
            if (reference[cell] + current[cell] > 0) {
                bytes.putInt(cell).putInt(reference[cell]).putInt(current[cell]);
            }
        }
        return bytes.array();
    }

    /** Adds a sample; the change, if it completes a window that shows one. */
    Optional<Drift> add(int label) {
        current[label % CELLS]++;
        size++;
        if (size < WINDOW) {
            return Optional.empty();
        }
        Optional<Drift> drift = referred && changed() ? Optional.of(drift()) : Optional.empty();
        if (!referred || drift.isPresent()) {
            System.arraycopy(current, 0, reference, 0, CELLS);
            referred = true;
        }
        java.util.Arrays.fill(current, 0);
        size = 0;
        return drift;
    }

    private boolean changed() {
        double statistic = 0;
        int cells = 0;
        int pooledReference = 0;
        int pooledCurrent = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            if (reference[cell] + current[cell] >= MIN_CELL) {
                statistic += term(reference[cell], current[cell]);
                cells++;
            } else {
                pooledReference += reference[cell];
                pooledCurrent += current[cell];
            }
        }
        if (pooledReference + pooledCurrent >= MIN_CELL) {
            statistic += term(pooledReference, pooledCurrent);
            cells++;
        }
        if (cells < 2) {
            return false;
        }
        double deviate = deviate(statistic, cells - 1);
        return deviate > 0 && Math.exp(-deviate * deviate / 2) / 2 < delta;
    }

    private static double term(double reference, double current) {
        return (reference - current) * (reference - current) / (reference + current);
    }

    private static double deviate(double statistic, int freedom) {
        double spread = 2.0 / (9 * freedom);
        return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
    }

    private Drift drift() {
        int most = 0;
        for (int cell = 1; cell < CELLS; cell++) {
            if (Math.abs(reference[cell] - current[cell]) > Math.abs(reference[most] - current[most])) {
                most = cell;
            }
        }
        return new Drift(
                Drift.Signal.CLASS_MIX,
                reference[most] / (double) WINDOW,
                current[most] / (double) WINDOW,
                WINDOW,
                WINDOW,
                most);
    }
}
