// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.mixture;

import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Pixels;

/** A list without images: those of a stream that comes from elsewhere. */
final class NoImages implements Images {

    @Override
    public int size() {
        return 0;
    }

    @Override
    public int label(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public String contentType(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public byte[] payload(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public ImageShape shape(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public Pixels pixels(int index) {
        throw new IndexOutOfBoundsException(index);
    }
}
