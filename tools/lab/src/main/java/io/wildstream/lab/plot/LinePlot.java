// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import io.wildstream.lab.plot.Canvas.Align;
import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Several curves over one axis, such as the accuracy of students over their steps: axes with round marks, a legend, the
 * last value of each curve at its end, and dashed lines for what is known beforehand.
 */
public final class LinePlot {
    private static final int WIDTH = 1400;
    private static final int HEIGHT = 840;
    private static final int LEFT = 120;
    private static final int RIGHT = 130;
    private static final int BOTTOM = 110;
    private static final int TITLE_AT = 48;
    private static final int LEGEND_AT = 100;
    private static final int LEGEND_ROW = 34;
    private static final double DOT = 2.3;

    private record Curve(String name, List<double[]> points) {}

    private record Level(String name, double value) {}

    private record EndLabel(String text, double y, Color colour) {}

    private final String title;
    private final String horizontal;
    private final String vertical;
    private final List<Curve> curves = new ArrayList<>();
    private final List<Level> levels = new ArrayList<>();

    /**
     * @param title what it shows
     * @param horizontal what the horizontal axis measures, with its unit
     * @param vertical what the vertical axis measures, with its unit
     */
    public LinePlot(String title, String horizontal, String vertical) {
        this.title = title;
        this.horizontal = horizontal;
        this.vertical = vertical;
    }

    /**
     * Adds a curve; points that are not finite are left out.
     *
     * @param name for the legend
     * @param x rising
     * @param y as many
     * @throws IllegalArgumentException when there are more of one than of the other
     */
    public LinePlot curve(String name, List<Double> x, List<Double> y) {
        if (x.size() != y.size()) {
            throw new IllegalArgumentException(
                    "Curve " + name + " has " + x.size() + " x and " + y.size() + " y values");
        }
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            if (Double.isFinite(x.get(i)) && Double.isFinite(y.get(i))) {
                points.add(new double[] {x.get(i), y.get(i)});
            }
        }
        curves.add(new Curve(name, points));
        return this;
    }

    /** Adds a dashed horizontal line at a value known beforehand, such as the teacher's accuracy. */
    public LinePlot level(String name, double value) {
        levels.add(new Level(name, value));
        return this;
    }

    /** Writes it as a PNG file of 1400 x 840 pixels, or higher for a long legend. */
    public void write(Path file) throws IOException {
        Canvas.write(image(), file);
    }

    /** The picture. */
    public BufferedImage image() {
        int rows = legend(null);
        int top = LEGEND_AT + rows * LEGEND_ROW + 14;
        try (Canvas canvas = new Canvas(WIDTH, HEIGHT + (rows - 1) * LEGEND_ROW)) {
            canvas.boldText(
                    Canvas.fitting(title, 3.1, WIDTH - LEFT - 40), 3.1, LEFT, TITLE_AT, Align.LEFT, Palette.INK);
            legend(canvas);
            Frame frame = new Frame(top, canvas.image().getHeight() - BOTTOM, xTicks(), yTicks());
            axes(canvas, frame);
            List<EndLabel> ends = new ArrayList<>();
            levels(canvas, frame, ends);
            curves(canvas, frame, ends);
            ends(canvas, frame, ends);
            return canvas.image();
        }
    }

    /** Where the axes are, and where a point lies between them. */
    private record Frame(double top, double bottom, Ticks x, Ticks y) {
        double atX(double value) {
            return LEFT + x.share(value) * (WIDTH - LEFT - RIGHT);
        }

        double atY(double value) {
            return bottom - y.share(value) * (bottom - top);
        }
    }

    private Ticks xTicks() {
        double max = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(point -> point[0])
                .max()
                .orElse(1);
        double min = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(point -> point[0])
                .min()
                .orElse(0);
        return Ticks.around(Math.min(min, 0), max, 8);
    }

    private Ticks yTicks() {
        List<Double> values = new ArrayList<>();
        curves.forEach(curve -> curve.points().forEach(point -> values.add(point[1])));
        levels.forEach(level -> values.add(level.value()));
        double min = values.stream().min(Comparator.naturalOrder()).orElse(0.0);
        double max = values.stream().max(Comparator.naturalOrder()).orElse(1.0);
        return Ticks.around(min, max, 7);
    }

    private void axes(Canvas canvas, Frame frame) {
        for (double mark : frame.y().marks()) {
            double y = frame.atY(mark);
            canvas.line(LEFT, y, WIDTH - RIGHT, y, 1.2, Palette.GRID);
            canvas.text(frame.y().label(mark), DOT, LEFT - 16, y, Align.RIGHT, Palette.FAINT_INK);
        }
        for (double mark : frame.x().marks()) {
            double x = frame.atX(mark);
            canvas.line(x, frame.bottom(), x, frame.bottom() + 8, 1.6, Palette.AXIS);
            canvas.text(frame.x().label(mark), DOT, x, frame.bottom() + 28, Align.CENTRE, Palette.FAINT_INK);
        }
        canvas.line(LEFT, frame.bottom(), WIDTH - RIGHT, frame.bottom(), 1.8, Palette.AXIS);
        double middle = (LEFT + WIDTH - RIGHT) / 2.0;
        canvas.text(horizontal, DOT, middle, frame.bottom() + 72, Align.CENTRE, Palette.INK);
        canvas.textUpwards(vertical, DOT, 36, (frame.top() + frame.bottom()) / 2, Palette.INK);
    }

    private void levels(Canvas canvas, Frame frame, List<EndLabel> ends) {
        for (Level level : levels) {
            double y = frame.atY(level.value());
            canvas.drawDashed(new Line2D.Double(LEFT, y, WIDTH - RIGHT, y), 2.4, Palette.FAINT_INK);
            ends.add(new EndLabel(value(level.value(), frame), y, Palette.FAINT_INK));
        }
    }

    private void curves(Canvas canvas, Frame frame, List<EndLabel> ends) {
        for (int i = 0; i < curves.size(); i++) {
            List<double[]> points = curves.get(i).points();
            if (points.isEmpty()) {
                continue;
            }
            Path2D path = new Path2D.Double();
            for (double[] point : points) {
                if (path.getCurrentPoint() == null) {
                    path.moveTo(frame.atX(point[0]), frame.atY(point[1]));
                } else {
                    path.lineTo(frame.atX(point[0]), frame.atY(point[1]));
                }
            }
            canvas.draw(path, 5.6, Palette.PAPER);
            canvas.draw(path, 3.6, Palette.line(i));
            double[] last = points.get(points.size() - 1);
            canvas.dot(frame.atX(last[0]), frame.atY(last[1]), 7, Palette.line(i));
            ends.add(new EndLabel(value(last[1], frame), frame.atY(last[1]), Palette.line(i)));
        }
    }

    private static String value(double value, Frame frame) {
        int decimals = frame.y().step() >= 1
                ? 1
                : (int) Math.ceil(-Math.log10(frame.y().step())) + 1;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** The last values on the right, moved apart where they would overlap. */
    private static void ends(Canvas canvas, Frame frame, List<EndLabel> ends) {
        List<EndLabel> sorted =
                ends.stream().sorted(Comparator.comparingDouble(EndLabel::y)).toList();
        double gap = 9.5 * DOT;
        double[] places = sorted.stream().mapToDouble(EndLabel::y).toArray();
        for (int i = 1; i < places.length; i++) {
            places[i] = Math.max(places[i], places[i - 1] + gap);
        }
        double lowest = frame.bottom() - 4;
        for (int i = places.length - 1; i >= 0; i--) {
            places[i] = Math.min(places[i], lowest);
            lowest = places[i] - gap;
        }
        for (int i = 0; i < places.length; i++) {
            EndLabel end = sorted.get(i);
            canvas.boldText(end.text(), DOT, WIDTH - RIGHT + 20, places[i], Align.LEFT, end.colour());
        }
    }

    /** Draws the legend, or only counts its rows when there is no canvas. */
    private int legend(@Nullable Canvas canvas) {
        double x = LEFT;
        int row = 0;
        for (int i = 0; i < curves.size() + levels.size(); i++) {
            boolean curve = i < curves.size();
            String name =
                    curve ? curves.get(i).name() : levels.get(i - curves.size()).name();
            double width = 52 + Canvas.textWidth(name, DOT) + 40;
            if (x > LEFT && x + width > WIDTH - 30) {
                x = LEFT;
                row++;
            }
            double y = LEGEND_AT + row * LEGEND_ROW;
            if (canvas != null && curve) {
                canvas.line(x, y, x + 38, y, 4.5, Palette.line(i));
            } else if (canvas != null) {
                canvas.drawDashed(new Line2D.Double(x, y, x + 38, y), 2.4, Palette.FAINT_INK);
            }
            if (canvas != null) {
                canvas.text(name, DOT, x + 52, y, Align.LEFT, Palette.INK);
            }
            x += width;
        }
        return row + 1;
    }
}
