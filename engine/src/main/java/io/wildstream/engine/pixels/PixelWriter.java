// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ImageShape;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Writes images as a network reads them: the view's pixels, {@code (value - mean) / std} channel by channel, value in [0, 1].
 *
 * <p>Thread safe; keeps no state between calls.
 */
public final class PixelWriter {

    private final ImageShape shape;
    private final float[] mean;
    private final float[] std;
    /** Normalised value of each byte value, channel after channel. */
    private final float[] table;

    /** A writer with one mean and one deviation per channel. */
    public PixelWriter(ImageShape shape, List<Float> mean, List<Float> std) {
        this.shape = shape;
        this.mean = new float[shape.channels()];
        this.std = new float[shape.channels()];
        this.table = new float[shape.channels() * 256];
        for (int channel = 0; channel < shape.channels(); channel++) {
            this.mean[channel] = mean.get(channel);
            this.std[channel] = std.get(channel);
            for (int value = 0; value < 256; value++) {
                table[channel * 256 + value] = normalise(value / 255f, channel);
            }
        }
    }

    /**
     * Writes an image of unsigned bytes, channels first.
     *
     * @param pixels holds the image from {@code offset} on
     * @param destination gets C*H*W floats from its position on and is moved past them
     */
    public void write(byte[] pixels, int offset, View view, FloatBuffer destination) {
        ViewTransform transform = ViewTransform.of(view);
        byte[] seen = pixels;
        int start = offset;
        if (!transform.isIdentity()) {
            int[] sources = transform.sources(shape);
            seen = new byte[sources.length];
            start = 0;
            for (int i = 0; i < sources.length; i++) {
                seen[i] = sources[i] < 0 ? 0 : pixels[offset + sources[i]];
            }
        }
        float[] values = new float[shape.values()];
        int size = shape.pixels();
        for (int channel = 0; channel < shape.channels(); channel++) {
            for (int i = channel * size; i < (channel + 1) * size; i++) {
                values[i] = table[channel * 256 + (seen[start + i] & 0xFF)];
            }
        }
        destination.put(values);
    }

    /** As {@link #write(byte[], int, View, FloatBuffer)} for values in [0, 1]. */
    void write(float[] pixels, View view, FloatBuffer destination) {
        ViewTransform transform = ViewTransform.of(view);
        float[] values = pixels.clone();
        if (!transform.isIdentity()) {
            int[] sources = transform.sources(shape);
            for (int i = 0; i < sources.length; i++) {
                values[i] = sources[i] < 0 ? 0 : pixels[sources[i]];
            }
        }
        int size = shape.pixels();
        for (int i = 0; i < values.length; i++) {
            values[i] = normalise(values[i], i / size);
        }
        destination.put(values);
    }

    private float normalise(float value, int channel) {
        return (value - mean[channel]) / std[channel];
    }
}
