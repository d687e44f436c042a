package io.wildstream.local.condense;

import io.wildstream.engine.ImageShape;
import io.wildstream.engine.condense.CondensedSet;
import io.wildstream.local.data.Pixels;
import io.wildstream.local.picture.ImageGrid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The learned images as one picture: a row for each step, with the rates that it is learned at. */
final class LearnedImages {

    /** Learned values leave the range of pixels: grey is the channel's mean, black and white are this many deviations away. */
    private static final double RANGE = 2.5;

    private LearnedImages() {}

    /** Writes the picture as a PNG file. */
    static void write(CondensedSet set, Path file) {
        int perStep = set.size() / set.lessons().batches();
        ImageGrid grid = new ImageGrid("Condensed " + set.facts().architecture() + ", "
                + set.facts().start().name().toLowerCase(Locale.ROOT) + " start, "
                + set.facts().iterations() + " iterations");
        for (int step = 0; step < set.lessons().batches(); step++) {
            List<ImageGrid.Cell> cells = new ArrayList<>();
            for (int i = step * perStep; i < (step + 1) * perStep; i++) {
                String label = set.facts().classes().get(set.lessons().labels()[i]);
                cells.add(new ImageGrid.Cell(pixels(set, i), label));
            }
            grid.row("step " + (step + 1) + ", learning rates " + rates(set, step), cells);
        }
        try {
            grid.write(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    private static String rates(CondensedSet set, int step) {
        List<String> texts = new ArrayList<>();
        for (int t = step; t < set.rates().length; t += set.lessons().batches()) {
            texts.add(String.format(Locale.ROOT, "%.3g", set.rates()[t]));
        }
        return String.join(", ", texts);
    }

    private static Pixels pixels(CondensedSet set, int image) {
        ImageShape shape = set.facts().input();
        byte[] bytes = new byte[shape.values()];
        for (int i = 0; i < bytes.length; i++) {
            double value = set.lessons().pixels()[image * bytes.length + i];
            bytes[i] = (byte) Math.round(255 * Math.min(1, Math.max(0, 0.5 + value / (2 * RANGE))));
        }
        return new Pixels(shape, bytes);
    }
}
