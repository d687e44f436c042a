// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.contracts.v1.Sample;
import java.nio.FloatBuffer;

/** Reads payloads as one kind of model wants them. */
sealed interface PayloadReader permits ImageReader, TensorReader {

    /**
     * Reads a payload that is not empty.
     *
     * @param type the sample's content type
     * @param decoder version of the decoder, in [0, {@link SampleDecoder#VERSION}]
     * @param destination gets the values from its position on and is moved past them
     */
    void read(Sample sample, ContentType type, int decoder, FloatBuffer destination) throws InvalidSampleException;
}
