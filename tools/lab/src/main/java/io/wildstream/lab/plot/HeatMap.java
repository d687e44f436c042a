// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import io.wildstream.lab.plot.Canvas.Align;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A matrix as colours and numbers, such as the learned noise matrix Q: a row for each class, its values from left to right.
 *
 * <p>Colours follow the square root of a value, so that small off-diagonals show beside a large diagonal; the numbers are
 * the values themselves. Beyond 16 classes the cells hold colours alone.
 */
public final class HeatMap {
    private static final int PLOT = 900;
    private static final int MAX_NUMBERED = 16;
    private static final int TOP = 110;
    private static final int RIGHT = 170;
    private static final double DOT = 2.2;

    private final String title;
    private final String rowsAre;
    private final String columnsAre;
    private final List<String> names;
    private final double[][] values;
    private final double largest;

    /**
     * @param title what it shows
     * @param rowsAre what a row means
     * @param columnsAre what a column means
     * @param names of the classes
     * @param values at least 0 and finite, a row of K values for each of the K names
     * @throws IllegalArgumentException when the matrix is not square or a value is negative or not finite
     */
    public HeatMap(String title, String rowsAre, String columnsAre, List<String> names, double[][] values) {
        this.title = title;
        this.rowsAre = rowsAre;
        this.columnsAre = columnsAre;
        this.names = List.copyOf(names);
        this.values = new double[values.length][];
        double max = 0;
        for (int row = 0; row < values.length; row++) {
            this.values[row] = values[row].clone();
            if (values.length != names.size() || values[row].length != names.size()) {
                throw new IllegalArgumentException(
                        "A heat map of " + names.size() + " classes needs as many rows and columns");
            }
            for (double value : values[row]) {
                if (!(value >= 0) || Double.isInfinite(value)) {
                    throw new IllegalArgumentException("A heat map shows finite values of at least 0, not " + value);
                }
                max = Math.max(max, value);
            }
        }
        largest = max > 0 ? max : 1;
    }

    /** Writes it as a PNG file. */
    public void write(Path file) throws IOException {
        Canvas.write(image(), file);
    }

    /** The picture. */
    public BufferedImage image() {
        double widest = names.stream()
                .mapToDouble(name -> Canvas.textWidth(name, DOT))
                .max()
                .orElse(0);
        int left = 90 + (int) Math.min(widest, 260);
        int below = 90 + (int) (Math.min(widest, 260) * 0.75);
        try (Canvas canvas = new Canvas(left + PLOT + RIGHT, TOP + PLOT + below)) {
            canvas.boldText(Canvas.fitting(title, 3.1, left + PLOT - 40), 3.1, 40, 50, Align.LEFT, Palette.INK);
            cells(canvas, left);
            labels(canvas, left);
            canvas.textUpwards(rowsAre, DOT, 34, TOP + PLOT / 2.0, Palette.INK);
            canvas.text(columnsAre, DOT, left + PLOT / 2.0, TOP + PLOT + below - 28, Align.CENTRE, Palette.INK);
            scale(canvas, left + PLOT + 36);
            return canvas.image();
        }
    }

    private double share(double value) {
        return Math.sqrt(value / largest);
    }

    private void cells(Canvas canvas, int left) {
        double cell = PLOT / (double) names.size();
        double gap = names.size() <= MAX_NUMBERED ? 3 : 0;
        double dot = Math.min(2.2, cell / 34);
        for (int row = 0; row < values.length; row++) {
            for (int column = 0; column < values.length; column++) {
                double value = values[row][column];
                double x = left + column * cell;
                double y = TOP + row * cell;
                canvas.fillRound(x, y, cell - gap, cell - gap, gap, Palette.scale(share(value)));
                if (names.size() <= MAX_NUMBERED) {
                    canvas.text(
                            number(value),
                            dot,
                            x + (cell - gap) / 2,
                            y + (cell - gap) / 2,
                            Align.CENTRE,
                            Palette.inkOn(share(value)));
                }
            }
        }
    }

    /** Two digits that count: 0.91, 0.04, .003; 0 for less than a ten-thousandth. */
    private static String number(double value) {
        if (value < 0.0001) {
            return "0";
        }
        if (value < 0.01) {
            return String.format(Locale.ROOT, value < 0.001 ? "%.4f" : "%.3f", value)
                    .substring(1);
        }
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    }

    private void labels(Canvas canvas, int left) {
        double cell = PLOT / (double) names.size();
        int every = (int) Math.ceil(names.size() / 33.0);
        for (int i = 0; i < names.size(); i += every) {
            double middle = (i + 0.5) * cell;
            String name = Canvas.fitting(names.get(i), DOT, 255);
            canvas.text(name, DOT, left - 16, TOP + middle, Align.RIGHT, Palette.INK);
            canvas.textSlanted(name, DOT, left + middle + 6, TOP + PLOT + 16, Palette.INK);
        }
    }

    private void scale(Canvas canvas, int x) {
        int steps = PLOT / 2;
        for (int i = 0; i < steps; i++) {
            double share = 1 - i / (steps - 1.0);
            canvas.fill(x, TOP + i * 2.0, 28, 2.6, Palette.scale(share));
        }
        for (double fraction : new double[] {0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1}) {
            double y = TOP + PLOT * (1 - Math.sqrt(fraction));
            canvas.line(x + 28, y, x + 35, y, 1.6, Palette.AXIS);
            String mark = String.format(Locale.ROOT, largest <= 10 ? "%.2f" : "%.0f", fraction * largest);
            canvas.text(mark, 1.9, x + 44, y, Align.LEFT, Palette.FAINT_INK);
        }
    }
}
