// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import io.wildstream.engine.ImageShape;
import java.util.Arrays;
import java.util.Objects;

/** Uncompressed images of one size, held in one array. */
public final class RawImages implements Images {
    private final ImageShape shape;
    private final byte[] values;
    private final byte[] labels;

    /**
     * @param shape size of each image
     * @param values the images one after another
     * @param labels one byte (0 to 255) for each image, or none at all
     */
    public RawImages(ImageShape shape, byte[] values, byte[] labels) {
        this.shape = shape;
        this.values = values;
        this.labels = labels;
    }

    public RawImages withLabels(byte[] newLabels) {
        return new RawImages(shape, values, newLabels);
    }

    @Override
    public int size() {
        return values.length / shape.values();
    }

    @Override
    public int label(int index) {
        Objects.checkIndex(index, size());
        if (labels.length == 0) {
            return NO_LABEL;
        }
        return labels[index] & 0xff;
    }

    @Override
    public String contentType(int index) {
        return Pixels.contentType(shape);
    }

    @Override
    public byte[] payload(int index) {
        int start = Objects.checkIndex(index, size()) * shape.values();
        return Arrays.copyOfRange(values, start, start + shape.values());
    }

    @Override
    public ImageShape shape(int index) {
        return shape;
    }

    @Override
    public Pixels pixels(int index) {
        return new Pixels(shape, payload(index));
    }
}
