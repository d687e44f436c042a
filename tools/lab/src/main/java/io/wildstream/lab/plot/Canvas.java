// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A white sheet to draw on, antialiased, measured in pixels from its top left corner. Works without a display or fonts. */
final class Canvas implements AutoCloseable {
    /** Where a text stands relative to its x. */
    enum Align {
        LEFT(0),
        CENTRE(0.5),
        RIGHT(1);

        private final double share;

        Align(double share) {
            this.share = share;
        }
    }

    private static final double STROKE = 1.02;
    private static final double BOLD_STROKE = 1.4;

    private final BufferedImage image;
    private final Graphics2D graphics;

    Canvas(int width, int height) {
        image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        fill(0, 0, width, height, Palette.PAPER);
    }

    BufferedImage image() {
        return image;
    }

    void fill(double x, double y, double width, double height, Color colour) {
        graphics.setColor(colour);
        graphics.fill(new Rectangle2D.Double(x, y, width, height));
    }

    void fillRound(double x, double y, double width, double height, double radius, Color colour) {
        graphics.setColor(colour);
        graphics.fill(new RoundRectangle2D.Double(x, y, width, height, 2 * radius, 2 * radius));
    }

    void line(double fromX, double fromY, double toX, double toY, double thickness, Color colour) {
        draw(new Line2D.Double(fromX, fromY, toX, toY), thickness, colour);
    }

    void draw(Shape shape, double thickness, Color colour) {
        stroke(shape, new BasicStroke((float) thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND), colour);
    }

    void drawDashed(Shape shape, double thickness, Color colour) {
        float[] dashes = {(float) (3 * thickness), (float) (3 * thickness)};
        stroke(
                shape,
                new BasicStroke((float) thickness, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0),
                colour);
    }

    private void stroke(Shape shape, BasicStroke stroke, Color colour) {
        graphics.setColor(colour);
        graphics.setStroke(stroke);
        graphics.draw(shape);
    }

    void dot(double x, double y, double radius, Color colour) {
        graphics.setColor(colour);
        graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    /** Draws a picture into a rectangle, each of its pixels as a sharp square. */
    void picture(BufferedImage picture, int x, int y, int width, int height) {
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        graphics.drawImage(picture, x, y, width, height, null);
    }

    /** The width of a text in pixels. */
    static double textWidth(String text, double dot) {
        return Glyphs.width(text) * dot;
    }

    /** The text, or as much of its beginning as fits, with two full stops after it. */
    static String fitting(String text, double dot, double width) {
        if (textWidth(text, dot) <= width) {
            return text;
        }
        int length = text.length();
        while (length > 1 && textWidth(text.substring(0, length) + "..", dot) > width) {
            length--;
        }
        return text.substring(0, length).strip() + "..";
    }

    /**
     * Writes a line.
     *
     * @param dot size of a dot in pixels; a capital is seven dots high
     * @param x where it begins, has its middle or ends
     * @param middle height of the middle of its capitals
     */
    void text(String text, double dot, double x, double middle, Align align, Color colour) {
        text(text, dot, x, middle, align, colour, STROKE);
    }

    void boldText(String text, double dot, double x, double middle, Align align, Color colour) {
        text(text, dot, x, middle, align, colour, BOLD_STROKE);
    }

    private void text(String text, double dot, double x, double middle, Align align, Color colour, double stroke) {
        AffineTransform place = AffineTransform.getTranslateInstance(
                x - align.share * textWidth(text, dot), middle - Glyphs.CAPITAL_HEIGHT * dot / 2);
        place.scale(dot, dot);
        draw(place.createTransformedShape(Glyphs.strokes(text)), stroke * dot, colour);
    }

    /** Writes a line that runs upwards, its middle at the given place. */
    void textUpwards(String text, double dot, double x, double y, Color colour) {
        AffineTransform place = AffineTransform.getTranslateInstance(x, y);
        place.rotate(-Math.PI / 2);
        place.translate(-textWidth(text, dot) / 2, -Glyphs.CAPITAL_HEIGHT * dot / 2);
        place.scale(dot, dot);
        draw(place.createTransformedShape(Glyphs.strokes(text)), STROKE * dot, colour);
    }

    /** Writes a line that rises to the right and ends at the given place. */
    void textSlanted(String text, double dot, double x, double y, Color colour) {
        AffineTransform place = AffineTransform.getTranslateInstance(x, y);
        place.rotate(-Math.PI / 4);
        place.translate(-textWidth(text, dot), -Glyphs.CAPITAL_HEIGHT * dot / 2);
        place.scale(dot, dot);
        draw(place.createTransformedShape(Glyphs.strokes(text)), STROKE * dot, colour);
    }

    @Override
    public void close() {
        graphics.dispose();
    }

    /**
     * Writes an image as a PNG file, making its directory when missing.
     *
     * @throws IOException when the file cannot be written
     */
    static void write(BufferedImage image, Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        if (!ImageIO.write(image, "png", file.toFile())) {
            throw new IOException("This Java has no PNG writer");
        }
    }
}
