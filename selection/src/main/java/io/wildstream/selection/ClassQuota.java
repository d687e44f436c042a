// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

/**
 * Says which fraction of the next samples of one class to keep, so that the class gets its quota {@code q} of the whole stream: the share
 * {@code q} of all arrivals, whatever class they are of.
 *
 * <p>The fraction is {@code clamp(q / s + d / H + i / (2 H)^2, 0, 1)}:
 * <ul>
 *   <li>{@code q / s} would do if quantile and share were known: {@code s} is the class's share of the arrivals, an exponentially
 * weighted       mean over the last {@link #SHARE_WINDOW} (corrected for its start, so that it is the plain share at first);
 *   <li>{@code d = q * arrivals - kept} is the debt, paid back over {@link #HORIZON} samples of the class: without it every error of the
 *       quantile or of the share would stay in the count;
 *   <li>{@code i} is the sum of the debts while the fraction was inside (0, 1): it takes away the debt that a steady drift would leave.
 * The       two gains make a critically damped loop.
 * </ul>
 *
 * <p>A class with fewer arrivals than its quota keeps all of its own, and its debt stops at {@link #HORIZON}: the unfilled share stays
 * unfilled, and a class that comes back is not kept without end.
 */
final class ClassQuota {

    /** Arrivals of the partition, all classes, over which a class's share is averaged. */
    static final int SHARE_WINDOW = 8192;
    /** Samples of the class over which a debt is paid back. */
    static final int HORIZON = 128;

    private static final double LOG_DECAY = Math.log1p(-1.0 / SHARE_WINDOW);
    private static final double SUM_LIMIT = 4.0 * HORIZON * HORIZON;

    private Numbers now;

    /**
     * What a quota remembers.
     *
     * @param last number of the class's newest arrival among all arrivals of the partition, from 1; 0 before the first
     * @param mass weighted number of arrivals of the class at that moment
     * @param debt kept samples that the class is owed, negative when it has had too many
     * @param debts sum of the debts
     */
    record Numbers(long last, double mass, double debt, double debts) {}

    ClassQuota(Numbers numbers) {
        this.now = numbers;
    }

    ClassQuota() {
        this(new Numbers(0, 0, 0, 0));
    }

    Numbers numbers() {
        return now;
    }

    /**
     * Takes an arrival of the class and returns the fraction to keep, in [0, 1].
     *
     * @param arrival its number among all arrivals of the partition, from 1
     * @param quota share of all arrivals that the class gets, in (0, 1]
     */
    double arrive(long arrival, double quota) {
        long gap = arrival - now.last();
        double mass = now.mass() * Math.exp(gap * LOG_DECAY) + 1;
        double all = -Math.expm1(arrival * LOG_DECAY) * SHARE_WINDOW;
        double debt = clamp(now.debt() + quota * gap, -HORIZON, HORIZON);
        double fraction = quota * all / mass + debt / HORIZON + now.debts() / SUM_LIMIT;
        double debts = now.debts();
        if (fraction > 0 && fraction < 1) {
            debts = clamp(debts + debt, -SUM_LIMIT, SUM_LIMIT);
        }
        now = new Numbers(arrival, mass, debt, debts);
        return clamp(fraction, 0, 1);
    }

    /** Books the newest arrival as kept. */
    void keep() {
        now = new Numbers(now.last(), now.mass(), now.debt() - 1, now.debts());
    }

    private static double clamp(double value, double min, double max) {
        return Math.max(min, Math.min(max, value));
    }
}
