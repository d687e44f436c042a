// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.mixture;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.Images;

/**
 * How images become samples.
 *
 * @param shape what the teacher reads: images are converted to it, unless they are sent as they are
 * @param anySize whether the teacher reads files of any size, which are sent as they are then
 */
record SampleForm(ImageShape shape, boolean anySize) {

    /** An image as a sample; its id and source as of {@link Images#sample}. */
    Sample sample(Images images, int index, String source, int number) {
        return anySize && images.contentType(index).startsWith("image/")
                ? images.asStored(index, source, number)
                : images.sample(index, source, number, shape);
    }
}
