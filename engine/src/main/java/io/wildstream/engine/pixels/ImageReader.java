// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.sample.TensorType;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;

/** Reads image files, and images as tensors of bytes or of floats in [0, 1], for a model whose input is an image. */
final class ImageReader implements PayloadReader {

    private final ImageShape shape;
    private final ImageFiles imageFiles;
    private final PictureFiles pictureFiles;
    private final PixelWriter writer;

    ImageReader(ModelDescription description, PixelLimits limits) {
        this.shape = description.image();
        this.imageFiles = new ImageFiles(shape, limits);
        this.pictureFiles = new PictureFiles(shape, description.preprocessing(), limits);
        this.writer = new PixelWriter(shape, description.mean(), description.std());
    }

    @Override
    public void read(Sample sample, ContentType type, int decoder, FloatBuffer destination)
            throws InvalidSampleException {
        ByteString payload = sample.getPayload();
        View view = sample.getView();
        if (type.kind() != ContentType.Kind.TENSOR) {
            writer.write(image(payload.toByteArray(), type, decoder), 0, view, destination);
            return;
        }
        ContentType.Tensor tensor = Objects.requireNonNull(type.tensor());
        checkTensor(sample, tensor);
        if (tensor.type() == TensorType.UINT8) {
            writer.write(payload.toByteArray(), 0, view, destination);
        } else {
            writer.write(floats(payload, tensor.type()), view, destination);
        }
    }

    private byte[] image(byte[] file, ContentType type, int decoder) throws InvalidSampleException {
        if (decoder > SampleDecoder.LIBJPEG_COLOURS) {
            return pictureFiles.read(file);
        }
        if (type.kind() == ContentType.Kind.OTHER_IMAGE) {
            throw new InvalidSampleException(
                    Reason.UNSUPPORTED_CONTENT_TYPE, "decoder " + decoder + " reads PNG and JPEG files only");
        }
        if (type.kind() == ContentType.Kind.PNG) {
            return imageFiles.png(file);
        }
        return decoder <= SampleDecoder.PLATFORM_COLOURS ? imageFiles.jpegByPlatform(file) : imageFiles.jpeg(file);
    }

    private void checkTensor(Sample sample, ContentType.Tensor tensor) throws InvalidSampleException {
        if (tensor.shape().size() != 3) {
            throw ContentType.unsupported(sample.getContentType(), "the model reads images, shape must be C,H,W");
        }
        if (!tensor.type().isFloating() && tensor.type() != TensorType.UINT8) {
            throw ContentType.unsupported(
                    sample.getContentType(),
                    "the model reads images, dtype must be uint8, or float32, float16 or bfloat16 with values in [0, 1]");
        }
        if (!shape.shape().equals(tensor.shape())) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE, "tensor is " + tensor.sizes() + ", the model reads " + shape);
        }
        long bytes = (long) shape.values() * tensor.type().bytes();
        if (sample.getPayload().size() != bytes) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE,
                    "a " + shape + " tensor has " + bytes + " bytes, got "
                            + sample.getPayload().size());
        }
    }

    private float[] floats(ByteString payload, TensorType type) throws InvalidSampleException {
        float[] values = new float[shape.values()];
        ByteBuffer bytes = payload.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) type.value(bytes, i);
            if (!(values[i] >= 0 && values[i] <= 1)) {
                throw new InvalidSampleException(
                        Reason.NON_FINITE, "value " + i + " is " + values[i] + ", expected a number in [0, 1]");
            }
        }
        return values;
    }
}
