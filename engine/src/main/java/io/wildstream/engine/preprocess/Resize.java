// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

import java.util.List;

/**
 * How a picture gets another size.
 *
 * @param mode what stays as it was
 * @param size what it becomes; the shorter side twice for {@link Mode#SHORTER_SIDE}
 * @param interpolation how
 * @param fill what {@link Mode#PAD} puts around: red, green, blue, or one value for all; each in [0, 255]
 */
public record Resize(Mode mode, Size size, Interpolation interpolation, List<Integer> fill) {

    /** What the size means. */
    public enum Mode {
        /** The shorter side becomes so long, and the other one as much longer as it was: torchvision's {@code Resize(int)}. */
        SHORTER_SIDE("shorter-side"),
        /** Both sides become as stated, whatever the picture's proportions. */
        EXACT("exact"),
        /** The picture keeps its proportions and is put into the middle of this size: Pillow's {@code ImageOps.pad}. */
        PAD("pad");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        /** As it is written. */
        String text() {
            return text;
        }
    }

    public Resize {
        fill = List.copyOf(fill);
    }
}
