// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.contracts.sample.TensorType;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.TensorInput;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;

/** Reads tensors for a model whose input is one: the values as they are, checked against its bounds. */
final class TensorReader implements PayloadReader {

    private final TensorInput input;

    TensorReader(TensorInput input) {
        this.input = input;
    }

    @Override
    public void read(Sample sample, ContentType type, int decoder, FloatBuffer destination)
            throws InvalidSampleException {
        if (type.kind() != ContentType.Kind.TENSOR) {
            throw ContentType.unsupported(
                    sample.getContentType(), "the model reads no images but application/x-tensor of " + input);
        }
        ContentType.Tensor tensor = Objects.requireNonNull(type.tensor());
        if (tensor.type().isFloating() && !input.type().isFloating()) {
            throw ContentType.unsupported(
                    sample.getContentType(), "the model reads whole numbers, dtype must be uint8, int32 or int64");
        }
        requireNoView(sample.getView());
        requireShape(sample, tensor);
        float[] values = values(
                sample.getPayload().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN), tensor.type());
        destination.put(values);
    }

    private static void requireNoView(View view) throws InvalidSampleException {
        if (view.getFlip() || view.getPad() != 0) {
            String field = view.getFlip() ? "view.flip" : "view.pad";
            throw new InvalidSampleException(
                    Reason.VIEW_OF_TENSOR, field + " is for images, and the model reads tensors: leave it out");
        }
    }

    private void requireShape(Sample sample, ContentType.Tensor tensor) throws InvalidSampleException {
        if (!tensor.shape().equals(input.shape())) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE, "tensor is " + tensor.sizes() + ", the model reads " + input);
        }
        long bytes = (long) input.values() * tensor.type().bytes();
        if (sample.getPayload().size() != bytes) {
            throw new InvalidSampleException(
                    Reason.WRONG_SHAPE,
                    "a " + tensor.sizes() + " tensor of " + tensor.type().text() + " has " + bytes + " bytes, got "
                            + sample.getPayload().size());
        }
    }

    private float[] values(ByteBuffer bytes, TensorType type) throws InvalidSampleException {
        float[] values = new float[input.values()];
        for (int i = 0; i < values.length; i++) {
            double value = type.value(bytes, i);
            boolean exact = type.isFloating() || Math.abs(value) <= TensorInput.LARGEST_WHOLE;
            if (!exact || !input.allows(value)) {
                throw new InvalidSampleException(
                        Reason.NON_FINITE,
                        "value " + i + " is " + shown(value, type) + ", expected " + expected(exact));
            }
            values[i] = (float) value;
        }
        return values;
    }

    private String expected(boolean exact) {
        if (!exact) {
            return "a whole number of at most " + TensorInput.LARGEST_WHOLE + ", which a float32 holds";
        }
        return input.isUnbounded()
                ? "a finite number"
                : "a number in [" + plain(input.minimum()) + ", " + plain(input.maximum()) + "]";
    }

    private static String shown(double value, TensorType type) {
        return type.isFloating() ? String.valueOf((float) value) : plain(value);
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 0x1p53
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}
