// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ImageShape;
import java.util.List;
import java.util.stream.IntStream;

/** Turns stored images into the arrays that a network is trained from. */
final class ImageSets {
    private ImageSets() {}

    static ImageSet decoded(Images images, ImageShape wanted, List<String> classes) {
        int count = images.size();
        long bytes = (long) count * wanted.values();
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    count + " images of " + wanted + " are more than fit into one array; take fewer");
        }
        int[] labels = IntStream.range(0, count).map(images::label).toArray();
        List<String> names = names(labels, classes);
        byte[] pixels = new byte[(int) bytes];
        for (int i = 0; i < count; i++) {
            System.arraycopy(images.pixels(i).to(wanted).values(), 0, pixels, i * wanted.values(), wanted.values());
        }
        return new ImageSet(wanted, pixels, labels, names);
    }

    private static List<String> names(int[] labels, List<String> classes) {
        int known = classes.isEmpty() ? Integer.MAX_VALUE : classes.size();
        int largest = -1;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == Images.NO_LABEL) {
                throw new IllegalArgumentException("Image " + i + " has no label; labelled images are needed here");
            }
            if (labels[i] >= known) {
                throw new IllegalArgumentException(
                        "Image " + i + " has label " + labels[i] + ", but there are " + known + " classes");
            }
            largest = Math.max(largest, labels[i]);
        }
        if (!classes.isEmpty()) {
            return classes;
        }
        return IntStream.rangeClosed(0, largest).mapToObj(String::valueOf).toList();
    }
}
