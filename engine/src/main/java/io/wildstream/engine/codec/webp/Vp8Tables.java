// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/** The constants of the format. */
final class Vp8Tables {

    private static final int COEFFICIENTS = 4 * 8 * 3 * 11;
    private static final int MODES = 10 * 10 * 9;
    private static final int QUANTISERS = 128;
    private static final int[] ALL = read();

    /** By type, band, context and token, one after the other. */
    static final int[] COEFFICIENT = part(0, COEFFICIENTS);

    static final int[] UPDATE = part(COEFFICIENTS, COEFFICIENTS);

    /** By the mode above, the mode on the left and the node of the tree. */
    static final int[] MODE = part(2 * COEFFICIENTS, MODES);

    static final int[] DC = part(2 * COEFFICIENTS + MODES, QUANTISERS);

    static final int[] AC = part(2 * COEFFICIENTS + MODES + QUANTISERS, QUANTISERS);

    /** The band of each coefficient; one more, for what follows the last. */
    static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

    static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

    /** Probabilities of the further bits of large values, by category from the third one on. */
    static final int[][] LARGE = {
        {173, 148, 140},
        {176, 155, 140, 135},
        {180, 157, 141, 134, 130},
        {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
    };

    private Vp8Tables() {}

    private static int[] part(int from, int length) {
        return Arrays.copyOfRange(ALL, from, from + length);
    }

    private static int[] read() {
        try (InputStream in = Vp8Tables.class.getResourceAsStream("vp8-tables.txt")) {
            if (in == null) {
                throw new IllegalStateException("vp8-tables.txt is missing beside this class");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> Stream.of(line.split(" ")))
                    .mapToInt(Integer::parseInt)
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
