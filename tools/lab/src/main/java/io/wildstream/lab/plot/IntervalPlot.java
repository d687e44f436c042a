// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import io.wildstream.lab.plot.Canvas.Align;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A row for each of several things: a dot at its mean and a line of its deviation to both sides, over one axis. */
public final class IntervalPlot {

    private static final int WIDTH = 1400;
    private static final int LEFT = 420;
    private static final int RIGHT = 140;
    private static final int TOP = 110;
    private static final int BOTTOM = 110;
    private static final int ROW = 40;
    private static final double DOT = 2.3;

    private record Row(String name, double mean, double deviation) {}

    private final String title;
    private final String horizontal;
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param title what it shows
     * @param horizontal what the axis measures, with its unit
     */
    public IntervalPlot(String title, String horizontal) {
        this.title = title;
        this.horizontal = horizontal;
    }

    /**
     * Adds a row below the others.
     *
     * @param deviation at least 0
     */
    public IntervalPlot row(String name, double mean, double deviation) {
        rows.add(new Row(name, mean, deviation));
        return this;
    }

    /** Writes it as a PNG file 1400 pixels wide. */
    public void write(Path file) throws IOException {
        Canvas.write(image(), file);
    }

    /** The picture. */
    public BufferedImage image() {
        int height = TOP + ROW * Math.max(1, rows.size()) + BOTTOM;
        Ticks ticks = Ticks.around(
                rows.stream()
                        .mapToDouble(row -> row.mean() - row.deviation())
                        .min()
                        .orElse(0),
                rows.stream()
                        .mapToDouble(row -> row.mean() + row.deviation())
                        .max()
                        .orElse(1),
                8);
        try (Canvas canvas = new Canvas(WIDTH, height)) {
            canvas.boldText(Canvas.fitting(title, 3.1, WIDTH - 80), 3.1, 40, 48, Align.LEFT, Palette.INK);
            int bottom = height - BOTTOM;
            for (double value : ticks.marks()) {
                double x = at(ticks, value);
                canvas.line(x, TOP - 10, x, bottom, 1, Palette.GRID);
                canvas.text(ticks.label(value), DOT, x, bottom + 26, Align.CENTRE, Palette.INK);
            }
            canvas.text(horizontal, DOT, (LEFT + WIDTH - RIGHT) / 2.0, bottom + 70, Align.CENTRE, Palette.INK);
            for (int i = 0; i < rows.size(); i++) {
                row(canvas, ticks, rows.get(i), TOP + ROW * (i + 0.5));
            }
            return canvas.image();
        }
    }

    private static void row(Canvas canvas, Ticks ticks, Row row, double y) {
        canvas.text(Canvas.fitting(row.name(), DOT, LEFT - 60), DOT, LEFT - 24, y, Align.RIGHT, Palette.INK);
        double left = at(ticks, row.mean() - row.deviation());
        double right = at(ticks, row.mean() + row.deviation());
        canvas.line(left, y, right, y, 4, Palette.line(0));
        canvas.dot(at(ticks, row.mean()), y, 8, Palette.line(0));
        canvas.text(
                String.format(java.util.Locale.ROOT, "%.2f", row.mean()), DOT, right + 20, y, Align.LEFT, Palette.INK);
    }

    private static double at(Ticks ticks, double value) {
        return LEFT + ticks.share(value) * (WIDTH - LEFT - RIGHT);
    }
}
