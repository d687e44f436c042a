// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The normalised values of one image, held as bytes where bytes give back every bit of them, as floats otherwise: a rehearsal window of
 * ordinary images takes a quarter of the memory.
 */
public abstract sealed class Pixels {

    /** Appends the values to a buffer, C*H*W of them. */
    public abstract void appendTo(FloatBuffer target);

    /** The image's own C*H*W unsigned bytes, not a copy; null when its values are not 8-bit steps. */
    public abstract byte @Nullable [] levels();

    /** Bytes that memory holds for it, about. */
    public abstract int bytes();

    /** Values that are not 8-bit steps. */
    static final class Floats extends Pixels {
        private final float[] values;

        Floats(float[] values) {
            this.values = values;
        }

        @Override
        public void appendTo(FloatBuffer target) {
            target.put(values);
        }

        @Override
        public byte @Nullable [] levels() {
            return null;
        }

        @Override
        public int bytes() {
            return values.length * Float.BYTES;
        }
    }

    /** Values of a table with 256 entries for each channel. */
    static final class Bytes extends Pixels {
        private final byte[] values;
        private final float[][] table;

        Bytes(byte[] values, float[][] table) {
            this.values = values;
            this.table = table;
        }

        @Override
        public void appendTo(FloatBuffer target) {
            float[] floats = new float[values.length];
            int size = values.length / table.length;
            for (int channel = 0; channel < table.length; channel++) {
                float[] ofChannel = table[channel];
                for (int i = channel * size; i < (channel + 1) * size; i++) {
                    floats[i] = ofChannel[values[i] & 0xFF];
                }
            }
            target.put(floats);
        }

        @Override
        public byte[] levels() {
            return values;
        }

        @Override
        public int bytes() {
            return values.length;
        }
    }
}
