// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import java.awt.Color;
import java.util.List;

/**
 * The colours of the pictures. Lines are those of Okabe and Ito, which people with colour-blindness tell apart; the scale
 * of a heat map runs from light to dark, so that it survives a gray printer.
 */
final class Palette {
    static final Color PAPER = Color.WHITE;
    static final Color INK = new Color(0x22, 0x28, 0x30);
    static final Color FAINT_INK = new Color(0x6b, 0x74, 0x80);
    static final Color AXIS = new Color(0x9a, 0xa3, 0xad);
    static final Color GRID = new Color(0xe6, 0xe9, 0xed);
    static final Color PANEL = new Color(0xf6, 0xf7, 0xf9);
    static final Color IN_DOMAIN = new Color(0x00, 0x9e, 0x73);
    static final Color OUT_OF_DOMAIN = new Color(0xd5, 0x5e, 0x00);

    private static final List<Color> LINES = List.of(
            new Color(0x00, 0x72, 0xb2),
            new Color(0xd5, 0x5e, 0x00),
            new Color(0x00, 0x9e, 0x73),
            new Color(0xcc, 0x79, 0xa7),
            new Color(0xe6, 0x9f, 0x00),
            new Color(0x56, 0xb4, 0xe9),
            new Color(0x7a, 0x5c, 0x3e),
            new Color(0x33, 0x33, 0x33));

    private static final int[][] SCALE = {
        {0xf7, 0xfb, 0xf4},
        {0xd3, 0xec, 0xd8},
        {0x8f, 0xd0, 0xc4},
        {0x41, 0xa4, 0xb8},
        {0x1d, 0x6b, 0xa3},
        {0x12, 0x30, 0x6b}
    };

    private Palette() {}

    /** The colour of the n-th line, from 0; repeats after eight. */
    static Color line(int number) {
        return LINES.get(number % LINES.size());
    }

    /** The colour of a share in [0, 1] on a heat map; beyond, that of the nearer end. */
    static Color scale(double share) {
        double at = Math.min(Math.max(share, 0), 1) * (SCALE.length - 1);
        int from = Math.min((int) at, SCALE.length - 2);
        double part = at - from;
        int[] mixed = new int[3];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (int) Math.round(SCALE[from][i] * (1 - part) + SCALE[from + 1][i] * part);
        }
        return new Color(mixed[0], mixed[1], mixed[2]);
    }

    /** Black or white ink, whichever is read better on a share's colour. */
    static Color inkOn(double share) {
        return share > 0.55 ? PAPER : INK;
    }
}
