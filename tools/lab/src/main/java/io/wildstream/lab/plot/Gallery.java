// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import io.wildstream.lab.data.Pixels;
import io.wildstream.lab.plot.Canvas.Align;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Samples side by side in sections, such as kept and rejected: each with its pseudo-label and noise value beneath and a
 * frame whose colour shows whether it is of the original data.
 */
public final class Gallery {
    private static final int COLUMNS = 12;
    private static final int PICTURE = 96;
    private static final int FRAME = 5;
    private static final int TILE_WIDTH = PICTURE + 2 * FRAME + 14;
    private static final int TILE_HEIGHT = PICTURE + 2 * FRAME + 58;
    private static final int MARGIN = 40;
    private static final int HEAD = 124;
    private static final int SECTION_HEAD = 58;
    private static final double DOT = 1.75;

    /**
     * One sample.
     *
     * @param pixels what it shows
     * @param pseudoLabel name of the class that the teacher sees in it
     * @param noiseValue the selection's score, in [0, ln K]
     * @param inDomain whether it is of the original data
     */
    public record Tile(Pixels pixels, String pseudoLabel, double noiseValue, boolean inDomain) {}

    private record Section(String name, List<Tile> tiles) {
        int rows() {
            return Math.max(1, (tiles.size() + COLUMNS - 1) / COLUMNS);
        }
    }

    private final String title;
    private final List<Section> sections = new ArrayList<>();

    /** Begins an empty gallery of that title. */
    public Gallery(String title) {
        this.title = title;
    }

    /** Adds a section of any number of tiles, twelve in a row. */
    public Gallery section(String name, List<Tile> tiles) {
        sections.add(new Section(name, List.copyOf(tiles)));
        return this;
    }

    /** Writes it as a PNG file. */
    public void write(Path file) throws IOException {
        Canvas.write(image(), file);
    }

    /** The picture. */
    public BufferedImage image() {
        int width = 2 * MARGIN + COLUMNS * TILE_WIDTH - 14;
        int height = HEAD
                + sections.stream()
                        .mapToInt(section -> SECTION_HEAD + section.rows() * TILE_HEIGHT + 16)
                        .sum()
                + MARGIN / 2;
        try (Canvas canvas = new Canvas(width, height)) {
            canvas.boldText(Canvas.fitting(title, 3.1, width - 2 * MARGIN), 3.1, MARGIN, 46, Align.LEFT, Palette.INK);
            legend(canvas);
            int y = HEAD;
            for (Section section : sections) {
                canvas.fillRound(
                        MARGIN - 20,
                        y,
                        width - 2 * MARGIN + 40,
                        SECTION_HEAD + section.rows() * TILE_HEIGHT,
                        12,
                        Palette.PANEL);
                head(canvas, section, y + SECTION_HEAD / 2 + 2);
                tiles(canvas, section, y + SECTION_HEAD);
                y += SECTION_HEAD + section.rows() * TILE_HEIGHT + 16;
            }
            return canvas.image();
        }
    }

    private static void legend(Canvas canvas) {
        double x = MARGIN;
        x = legendEntry(canvas, x, Palette.IN_DOMAIN, "in-domain");
        x = legendEntry(canvas, x, Palette.OUT_OF_DOMAIN, "out-of-domain");
        canvas.text("below each: pseudo-label, noise value", 2.1, x, 94, Align.LEFT, Palette.FAINT_INK);
    }

    private static double legendEntry(Canvas canvas, double x, Color colour, String text) {
        canvas.fillRound(x, 84, 20, 20, 4, colour);
        canvas.text(text, 2.1, x + 30, 94, Align.LEFT, Palette.INK);
        return x + 30 + Canvas.textWidth(text, 2.1) + 36;
    }

    private static void head(Canvas canvas, Section section, int middle) {
        canvas.boldText(section.name(), 2.4, MARGIN, middle, Align.LEFT, Palette.INK);
        long inDomain = section.tiles().stream().filter(Tile::inDomain).count();
        String facts = section.tiles().isEmpty()
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "%d of %d shown are in-domain",
                        inDomain,
                        section.tiles().size());
        canvas.text(
                facts, 2.1, MARGIN + Canvas.textWidth(section.name(), 2.4) + 26, middle, Align.LEFT, Palette.FAINT_INK);
    }

    private static void tiles(Canvas canvas, Section section, int top) {
        for (int i = 0; i < section.tiles().size(); i++) {
            Tile tile = section.tiles().get(i);
            int x = MARGIN + i % COLUMNS * TILE_WIDTH;
            int y = top + i / COLUMNS * TILE_HEIGHT;
            Color colour = tile.inDomain() ? Palette.IN_DOMAIN : Palette.OUT_OF_DOMAIN;
            int side = PICTURE + 2 * FRAME;
            canvas.fillRound(x, y, side, side, 7, colour);
            canvas.picture(picture(tile.pixels()), x + FRAME, y + FRAME, PICTURE, PICTURE);
            double middle = x + side / 2.0;
            String label = Canvas.fitting(tile.pseudoLabel(), DOT, side + 8);
            canvas.text(label, DOT, middle, y + side + 15, Align.CENTRE, Palette.INK);
            canvas.text(noise(tile.noiseValue()), DOT, middle, y + side + 35, Align.CENTRE, Palette.FAINT_INK);
        }
    }

    /** Two decimals, four for small ones, a power of ten for tiny ones. */
    private static String noise(double value) {
        if (value == 0 || value >= 0.01) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
        return value >= 0.0001
                ? String.format(Locale.ROOT, "%.4f", value)
                : String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-");
    }

    static BufferedImage picture(Pixels pixels) {
        int height = pixels.shape().height();
        int width = pixels.shape().width();
        boolean colour = pixels.shape().channels() == 3;
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int red = pixels.at(0, row, column);
                int green = colour ? pixels.at(1, row, column) : red;
                int blue = colour ? pixels.at(2, row, column) : red;
                image.setRGB(column, row, red << 16 | green << 8 | blue);
            }
        }
        return image;
    }
}
