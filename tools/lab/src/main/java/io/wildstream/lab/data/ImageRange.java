// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import io.wildstream.engine.ImageShape;
import java.util.Objects;

/** Some consecutive images of others, without a copy. */
record ImageRange(Images images, int from, int to) implements Images {
    ImageRange {
        if (from < 0 || to < from || to > images.size()) {
            throw new IllegalArgumentException(
                    "There are " + images.size() + " images, not a range from " + from + " to " + to);
        }
    }

    @Override
    public int size() {
        return to - from;
    }

    @Override
    public int label(int index) {
        return images.label(at(index));
    }

    @Override
    public String contentType(int index) {
        return images.contentType(at(index));
    }

    @Override
    public byte[] payload(int index) {
        return images.payload(at(index));
    }

    @Override
    public ImageShape shape(int index) {
        return images.shape(at(index));
    }

    @Override
    public Pixels pixels(int index) {
        return images.pixels(at(index));
    }

    private int at(int index) {
        return from + Objects.checkIndex(index, size());
    }
}
