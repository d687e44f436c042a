// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The marks of an axis: round numbers at 1, 2 or 5 times a power of ten.
 *
 * @param low the first mark, at or below all values
 * @param high the last mark, at or above all values
 * @param step distance of two marks, above 0
 */
record Ticks(double low, double high, double step) {

    /** Some {@code wanted} marks around all values from {@code min} to {@code max}. */
    static Ticks around(double min, double max, int wanted) {
        double span = max - min;
        if (!(span > 0)) {
            span = Math.max(Math.abs(max), 1) * 0.1;
        }
        double rough = span / wanted;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = 10 * power;
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= rough) {
                step = factor * power;
                break;
            }
        }
        double low = Math.floor(min / step + 1e-9) * step;
        double high = Math.ceil(max / step - 1e-9) * step;
        return new Ticks(low, high > low ? high : low + step, step);
    }

    List<Double> marks() {
        List<Double> marks = new ArrayList<>();
        int count = (int) Math.round((high - low) / step);
        for (int i = 0; i <= count; i++) {
            marks.add(low + i * step);
        }
        return marks;
    }

    /** Where a value lies between the first mark (0) and the last (1). */
    double share(double value) {
        return (value - low) / (high - low);
    }

    /** A mark as text: thousands as k, no more decimals than the step has. */
    String label(double mark) {
        if (step >= 1000) {
            return number(mark / 1000, step / 1000) + (Math.abs(mark) < step / 2 ? "" : "k");
        }
        return number(mark, step);
    }

    private static String number(double value, double step) {
        int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%." + decimals + "f", value + 0.0);
    }
}
