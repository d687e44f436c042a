// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import java.util.Arrays;
import java.util.List;

/**
 * Labelled images in memory. The arrays are not copied and must not be changed.
 *
 * @param shape shape of every image
 * @param pixels unsigned bytes, image after image, each channels first
 * @param labels class of each image, in [0, number of classes)
 * @param classes class names
 */
@SuppressWarnings("ArrayRecordComponent")
public record ImageSet(ImageShape shape, byte[] pixels, int[] labels, List<String> classes) {

    public ImageSet {
        classes = List.copyOf(classes);
        if (pixels.length != (long) shape.values() * labels.length) {
            throw new IllegalArgumentException("%d labels of %s images need %d pixel values, got %d"
                    .formatted(labels.length, shape, (long) shape.values() * labels.length, pixels.length));
        }
        int count = classes.size();
        if (Arrays.stream(labels).anyMatch(label -> label < 0 || label >= count)) {
            throw new IllegalArgumentException("Every label must be in [0, " + count + ")");
        }
    }

    /** Number of images. */
    public int size() {
        return labels.length;
    }

    /** Images from (inclusive) to (exclusive), copied. */
    public ImageSet slice(int from, int to) {
        int values = shape.values();
        return new ImageSet(
                shape,
                Arrays.copyOfRange(pixels, from * values, to * values),
                Arrays.copyOfRange(labels, from, to),
                classes);
    }
}
