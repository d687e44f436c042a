// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import io.wildstream.engine.ImageShape;
import io.wildstream.engine.pixels.PngFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The learned images as one PNG picture: a row for each step, in the row the classes in their order, each as often as it has images.
 */
public final class CondensedPicture {

    /** File name of the picture in an artifact's directory. */
    public static final String FILE = "images.png";

    /** Learned values leave the range of pixels: grey is the channel's mean, black and white are this many deviations away. */
    private static final double RANGE = 2.5;

    /** Screen pixels for one pixel. */
    private static final int ZOOM = 3;

    private static final int GAP = 6;
    private static final int PAPER = 0xFFFFFF;

    private CondensedPicture() {}

    /** Writes the picture. */
    static void write(CondensedSet set, Path directory) throws IOException {
        ImageShape shape = set.facts().input();
        int rows = set.lessons().batches();
        int columns = set.size() / rows;
        int width = ZOOM * shape.width() + GAP;
        int height = ZOOM * shape.height() + GAP;
        PngFile.write(directory.resolve(FILE), columns * width + GAP, rows * height + GAP, (x, y) -> {
            boolean paper = y % height < GAP || x % width < GAP;
            int image = y / height * columns + x / width;
            return paper ? PAPER : colour(set, image, (y % height - GAP) / ZOOM, (x % width - GAP) / ZOOM);
        });
    }

    private static int colour(CondensedSet set, int image, int y, int x) {
        ImageShape shape = set.facts().input();
        int rgb = 0;
        for (int i = 0; i < 3; i++) {
            int channel = Math.min(i, shape.channels() - 1);
            int index = ((image * shape.channels() + channel) * shape.height() + y) * shape.width() + x;
            double value = set.lessons().pixels()[index];
            long level = Math.round(255 * Math.min(1, Math.max(0, 0.5 + value / (2 * RANGE))));
            rgb = rgb << 8 | (int) level;
        }
        return rgb;
    }
}
