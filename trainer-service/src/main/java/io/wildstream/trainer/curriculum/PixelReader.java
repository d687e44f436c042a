// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.PixelLimits;
import io.wildstream.engine.pixels.SampleDecoder;
import java.nio.FloatBuffer;

/** Decodes payloads to {@link Pixels} as the engine does, to the last bit. Belongs to one thread. */
final class PixelReader {

    private static final int LEVELS = 256;

    private final SampleDecoder decoder;
    private final float[] mean;
    private final float[] std;
    private final float[][] table;
    private final FloatBuffer values;

    PixelReader(ModelDescription description) {
        // Tensors have no channels: they are kept as they are.
        int channels = description.mean().size();
        this.decoder = new SampleDecoder(description, PixelLimits.ACCEPTED);
        this.mean = new float[channels];
        this.std = new float[channels];
        this.table = new float[channels][LEVELS];
        this.values = FloatBuffer.allocate(decoder.values());
        for (int channel = 0; channel < channels; channel++) {
            mean[channel] = description.mean().get(channel);
            std[channel] = description.std().get(channel);
            for (int level = 0; level < LEVELS; level++) {
                table[channel][level] = (level / 255f - mean[channel]) / std[channel];
            }
        }
    }

    /** @param version of the decoder */
    Pixels read(Sample sample, int version) throws InvalidSampleException {
        values.clear();
        decoder.decode(sample, version, values);
        float[] floats = values.array();
        if (table.length == 0) {
            return new Pixels.Floats(floats.clone());
        }
        byte[] levels = new byte[floats.length];
        int size = floats.length / table.length;
        for (int i = 0; i < floats.length; i++) {
            int channel = i / size;
            int level = Math.round((floats[i] * std[channel] + mean[channel]) * 255f);
            if (level < 0 || level >= LEVELS || table[channel][level] != floats[i]) {
                return new Pixels.Floats(floats.clone());
            }
            levels[i] = (byte) level;
        }
        return new Pixels.Bytes(levels, table);
    }
}
