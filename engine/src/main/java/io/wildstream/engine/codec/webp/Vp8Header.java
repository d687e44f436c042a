// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

import java.io.IOException;

/** What the first partition says before the modes of the blocks: segments, loop filter, quantisers and probabilities. */
final class Vp8Header {

    private static final int SEGMENTS = 4;

    final boolean hasSegmentMap;
    final int[] segmentProbabilities = {255, 255, 255};
    final boolean simpleFilter;
    /** By segment: quantisers of the first and the further coefficients of luma, of its second order, and of chroma. */
    final int[][] quantisers = new int[SEGMENTS][];
    /** By segment, without and with modes of blocks of 4 x 4: level of the loop filter. */
    final int[][] filterLevels = new int[SEGMENTS][2];

    final int sharpness;
    final int partitions;
    final int[] probabilities = Vp8Tables.COEFFICIENT.clone();
    /** Probability that a block has coefficients; -1 where each says so by itself. */
    final int skip;

    private final boolean segmented;
    private boolean absolute;
    private final int[] segmentQuantisers = new int[SEGMENTS];
    private final int[] segmentLevels = new int[SEGMENTS];

    Vp8Header(BoolReader in) throws IOException {
        in.number(2); // Colour space and clamping: there is one of each.
        segmented = in.flag() == 1;
        hasSegmentMap = segmented && segments(in);
        simpleFilter = in.flag() == 1;
        int level = in.number(6);
        sharpness = in.number(3);
        filterLevels(in, level);
        partitions = 1 << in.number(2);
        quantisers(in);
        in.flag(); // Whether the probabilities are kept for the next frame.
        for (int i = 0; i < probabilities.length; i++) {
            if (in.bit(Vp8Tables.UPDATE[i])) {
                probabilities[i] = in.number(8);
            }
        }
        skip = in.flag() == 1 ? in.number(8) : -1;
        if (in.hasEnded()) {
            throw new IOException("the file ends within its header");
        }
    }

    private boolean segments(BoolReader in) {
        boolean map = in.flag() == 1;
        if (in.flag() == 1) {
            absolute = in.flag() == 1;
            for (int i = 0; i < SEGMENTS; i++) {
                segmentQuantisers[i] = in.optional(7);
            }
            for (int i = 0; i < SEGMENTS; i++) {
                segmentLevels[i] = in.optional(6);
            }
        }
        if (map) {
            for (int i = 0; i < segmentProbabilities.length; i++) {
                segmentProbabilities[i] = in.flag() == 1 ? in.number(8) : 255;
            }
        }
        return map;
    }

    private void filterLevels(BoolReader in, int level) {
        boolean adjusted = in.flag() == 1;
        int[] adjustments = new int[8];
        if (adjusted && in.flag() == 1) {
            for (int i = 0; i < adjustments.length; i++) {
                adjustments[i] = in.optional(6);
            }
        }
        for (int segment = 0; segment < SEGMENTS; segment++) {
            int base = segmented ? segmentLevels[segment] + (absolute ? 0 : level) : level;
            for (int small = 0; small < 2; small++) {
                int adjustment = adjusted ? adjustments[0] + (small == 1 ? adjustments[4] : 0) : 0;
                filterLevels[segment][small] = level == 0 ? 0 : Math.max(0, Math.min(63, base + adjustment));
            }
        }
    }

    private void quantisers(BoolReader in) {
        int base = in.number(7);
        int[] change = new int[5];
        for (int i = 0; i < change.length; i++) {
            change[i] = in.optional(4);
        }
        for (int segment = 0; segment < SEGMENTS; segment++) {
            int q = segmented ? segmentQuantisers[segment] + (absolute ? 0 : base) : base;
            quantisers[segment] = new int[] {
                Vp8Tables.DC[clip(q + change[0], 127)],
                Vp8Tables.AC[clip(q, 127)],
                Vp8Tables.DC[clip(q + change[1], 127)] * 2,
                Math.max(8, Vp8Tables.AC[clip(q + change[2], 127)] * 101581 >> 16),
                Vp8Tables.DC[clip(q + change[3], 117)],
                Vp8Tables.AC[clip(q + change[4], 127)]
            };
        }
    }

    private static int clip(int index, int most) {
        return Math.max(0, Math.min(most, index));
    }
}
