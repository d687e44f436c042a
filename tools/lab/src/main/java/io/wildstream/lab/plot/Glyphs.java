// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The letters of the pictures: printable ASCII on a grid of five by seven dots and two rows below the line, drawn as
 * strokes from dot to dot. A machine without a single font draws the same text.
 *
 * <p>The dots are in {@code glyphs.txt}: groups of ten lines, the characters and then their nine rows.
 */
final class Glyphs {
    static final int CAPITAL_HEIGHT = 7;
    private static final int ROWS = 9;
    private static final int CELL = 6;
    private static final int SPACE_WIDTH = 3;
    private static final char UNKNOWN = '?';
    private static final Map<Character, Glyph> ALL = read();

    /** Strokes through the middles of the dots, in units of one dot, and how many columns they take. */
    private record Glyph(Path2D strokes, int width) {}

    private Glyphs() {}

    /** The width of a text in dots, without the gap after its last character. */
    static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); i++) {
            width += advance(text.charAt(i));
        }
        return Math.max(0, width - 1);
    }

    /** The strokes of a text, in dots, from its top left corner. */
    static Path2D strokes(String text) {
        Path2D all = new Path2D.Double();
        int x = 0;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter != ' ') {
                Path2D moved = new Path2D.Double(glyph(letter).strokes());
                moved.transform(AffineTransform.getTranslateInstance(x, 0));
                all.append(moved, false);
            }
            x += advance(letter);
        }
        return all;
    }

    private static int advance(char letter) {
        return letter == ' ' ? SPACE_WIDTH : glyph(letter).width() + 1;
    }

    private static Glyph glyph(char letter) {
        Glyph found = ALL.get(letter);
        return found == null ? Objects.requireNonNull(ALL.get(UNKNOWN)) : found;
    }

    private static Map<Character, Glyph> read() {
        Map<Character, Glyph> glyphs = new HashMap<>();
        try (InputStream in = Glyphs.class.getResourceAsStream("glyphs.txt")) {
            if (in == null) {
                throw new IllegalStateException("The resource glyphs.txt is missing");
            }
            List<String> lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
                    .lines()
                    .toList();
            for (int group = 0; group + ROWS < lines.size(); group += ROWS + 1) {
                String letters = lines.get(group);
                for (int at = 0; at < letters.length(); at += CELL) {
                    glyphs.put(letters.charAt(at), glyph(lines.subList(group + 1, group + 1 + ROWS), at));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return glyphs;
    }

    private static Glyph glyph(List<String> rows, int from) {
        Path2D strokes = new Path2D.Double();
        int first = CELL;
        int last = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < CELL - 1; column++) {
                if (dot(rows, from, row, column)) {
                    first = Math.min(first, column);
                    last = Math.max(last, column);
                    join(strokes, rows, from, row, column);
                }
            }
        }
        strokes.transform(AffineTransform.getTranslateInstance(-first, 0));
        return new Glyph(strokes, last - first + 1);
    }

    /** Joins a dot with the next ones to the right and below; diagonally only where no other way joins them. */
    private static void join(Path2D strokes, List<String> rows, int from, int row, int column) {
        boolean right = dot(rows, from, row, column + 1);
        boolean below = dot(rows, from, row + 1, column);
        boolean left = dot(rows, from, row, column - 1);
        // Too short to see as a line, long enough for the round ends of a lone dot to be drawn.
        strokes.append(new Line2D.Double(column + 0.45, row + 0.5, column + 0.55, row + 0.5), false);
        if (right) {
            line(strokes, column, row, column + 1, row);
        }
        if (below) {
            line(strokes, column, row, column, row + 1);
        }
        if (!right && !below && dot(rows, from, row + 1, column + 1)) {
            line(strokes, column, row, column + 1, row + 1);
        }
        if (!left && !below && dot(rows, from, row + 1, column - 1)) {
            line(strokes, column, row, column - 1, row + 1);
        }
    }

    private static void line(Path2D strokes, int fromX, int fromY, int toX, int toY) {
        strokes.append(new Line2D.Double(fromX + 0.5, fromY + 0.5, toX + 0.5, toY + 0.5), false);
    }

    private static boolean dot(List<String> rows, int from, int row, int column) {
        if (row >= ROWS || column < 0 || column >= CELL - 1) {
            return false;
        }
        String line = rows.get(row);
        return from + column < line.length() && line.charAt(from + column) == '#';
    }
}
