// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Turns a sample into the pixels that a model reads: {@code (x / 255 - mean) / std} of the sample's view, float32, channels first.
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

    private final ImageShape shape;
    private final PixelLimits limits;
    private final ImageFiles imageFiles;
    private final PictureFiles pictureFiles;
    private final PixelWriter writer;

    /** A decoder with the default limits. */
    public SampleDecoder(ModelDescription description) {
        this(description, PixelLimits.DEFAULT);
    }

    /** A decoder for the input shape and normalisation of this description. */
    public SampleDecoder(ModelDescription description, PixelLimits limits) {
        this.shape = description.input();
        this.limits = limits;
        this.imageFiles = new ImageFiles(shape, limits);
        this.pictureFiles = new PictureFiles(shape, description.preprocessing(), limits);
        this.writer = new PixelWriter(shape, description.mean(), description.std());
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
        return shape.values();
    }

    /**
     * Decodes a sample by the decoder of today.
     *
     * @param destination gets C*H*W floats from its position on and is moved past them; left as it was when the sample is refused
     * @throws InvalidSampleException when the sample cannot be read as an image of the model's shape
     */
    public void decode(Sample sample, FloatBuffer destination) throws InvalidSampleException {
        decode(sample, VERSION, destination);
    }

    /**
     * Decodes a sample as a version of the decoder did.
     *
     * @param decoder in [0, {@link #VERSION}]; 0 is {@link #PLATFORM_COLOURS}
     * @param destination as {@link #decode(Sample, FloatBuffer)}
     * @throws InvalidSampleException when the sample cannot be read as an image of the model's shape, or the version is a later one
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
        ContentType type = ContentType.parse(sample.getContentType());
        View view = sample.getView();
        switch (type.kind()) {
            case TENSOR_FLOAT32 -> decodeFloats(payload, type, view, destination);
            case TENSOR_UINT8 -> {
                checkTensor(payload, type, 1);
                writer.write(payload.toByteArray(), 0, view, destination);
            }
            case PNG, JPEG, OTHER_IMAGE ->
                writer.write(image(payload.toByteArray(), type, decoder), 0, view, destination);
        }
    }

    private byte[] image(byte[] file, ContentType type, int decoder) throws InvalidSampleException {
        if (decoder > LIBJPEG_COLOURS) {
            return pictureFiles.read(file);
        }
        if (type.kind() == ContentType.Kind.OTHER_IMAGE) {
            throw new InvalidSampleException(
                    Reason.UNSUPPORTED_CONTENT_TYPE, "decoder " + decoder + " reads PNG and JPEG files only");
        }
        if (type.kind() == ContentType.Kind.PNG) {
            return imageFiles.png(file);
        }
        return decoder <= PLATFORM_COLOURS ? imageFiles.jpegByPlatform(file) : imageFiles.jpeg(file);
    }

    private void checkTensor(ByteString payload, ContentType type, int valueBytes) throws InvalidSampleException {
        if (!shape.equals(type.shape())) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE, "tensor is " + type.shape() + ", the model reads " + shape);
        }
        if (payload.size() != (long) shape.values() * valueBytes) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE,
                    "a " + shape + " tensor has " + (long) shape.values() * valueBytes + " bytes, got "
                            + payload.size());
        }
    }

    private void decodeFloats(ByteString payload, ContentType type, View view, FloatBuffer destination)
            throws InvalidSampleException {
        checkTensor(payload, type, Float.BYTES);
        float[] values = new float[shape.values()];
        ByteBuffer bytes = payload.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().get(values);
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0 && values[i] <= 1)) {
                throw new InvalidSampleException(
                        Reason.NON_FINITE, "value " + i + " is " + values[i] + ", expected a number in [0, 1]");
            }
        }
        writer.write(values, view, destination);
    }
}
