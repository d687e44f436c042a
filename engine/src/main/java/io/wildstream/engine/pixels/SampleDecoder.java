// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.TensorInput;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.nio.FloatBuffer;

/**
 * Turns a sample into what a model reads: of images {@code (x / 255 - mean) / std} of the sample's view, float32, channels first; tensors
 * as they are, as floats.
 *
 * <p>Teacher and student get equal bits from equal bytes. Thread safe; keeps no state between calls.
 */
public final class SampleDecoder {

    /** The decoder of records that name none: colours of JPEG files as the Java platform converts them, which differs by version. */
    public static final int PLATFORM_COLOURS = 1;

    /** The decoder before contracts: colours of JPEG files as libjpeg and Pillow convert them, the format as the content type says. */
    public static final int LIBJPEG_COLOURS = 2;

    /** The decoder of today: files of all formats, told apart by their first bytes, and what the model's contract makes of them. */
    public static final int VERSION = 3;

    private final int values;
    private final PixelLimits limits;
    private final PayloadReader reader;

    /** A decoder with the default limits. */
    public SampleDecoder(ModelDescription description) {
        this(description, PixelLimits.DEFAULT);
    }

    /** A decoder for the input shape and normalisation of this description. */
    public SampleDecoder(ModelDescription description, PixelLimits limits) {
        this.values = description.input().values();
        this.limits = limits;
        this.reader = description.input() instanceof TensorInput tensor
                ? new TensorReader(tensor)
                : new ImageReader(description, limits);
    }

    /**
     * Returns when samples of this content type can be read.
     *
     * @throws InvalidSampleException saying what is wrong with it
     */
    public static void checkContentType(String contentType) throws InvalidSampleException {
        var unused = ContentType.parse(contentType);
    }

    /** Number of floats that one sample becomes. */
    public int values() {
        return values;
    }

    /**
     * Decodes a sample by the decoder of today.
     *
     * @param destination gets {@link #values()} floats from its position on and is moved past them; left as it was when the sample is
     *     refused
     * @throws InvalidSampleException when the sample cannot be read as what the model reads
     */
    public void decode(Sample sample, FloatBuffer destination) throws InvalidSampleException {
        decode(sample, VERSION, destination);
    }

    /**
     * Decodes a sample as a version of the decoder did.
     *
     * @param decoder in [0, {@link #VERSION}]; 0 is {@link #PLATFORM_COLOURS}
     * @param destination as {@link #decode(Sample, FloatBuffer)}
     * @throws InvalidSampleException when the sample cannot be read as what the model reads, or the version is a later one
     */
    public void decode(Sample sample, int decoder, FloatBuffer destination) throws InvalidSampleException {
        if (decoder < 0 || decoder > VERSION) {
            throw new InvalidSampleException(
                    Reason.UNKNOWN_DECODER,
                    "the teacher decoded it by version " + Integer.toUnsignedString(decoder) + ", this service knows "
                            + VERSION + "; start one of the teacher's version");
        }
        ByteString payload = sample.getPayload();
        if (payload.isEmpty()) {
            throw new InvalidSampleException(Reason.EMPTY, "the payload is empty");
        }
        if (payload.size() > limits.maxBytes()) {
            throw new InvalidSampleException(
                    Reason.TOO_MANY_BYTES,
                    "the payload has " + payload.size() + " bytes, at most " + limits.maxBytes() + " are read");
        }
        reader.read(sample, ContentType.parse(sample.getContentType()), decoder, destination);
    }
}
