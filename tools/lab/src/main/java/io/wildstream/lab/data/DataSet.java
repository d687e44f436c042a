// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ImageShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A named image set with a train part, a test part or both.
 *
 * @param name short and stable: the source of samples made from it
 * @param shape size of its images, of the first one where they differ
 * @param classes names of its classes; empty when they have none or are unknown
 * @param parts none where it only says what images that come from elsewhere are like
 */
public record DataSet(String name, ImageShape shape, List<String> classes, Map<Part, Images> parts) {

    /** Copies its lists; an {@link IllegalArgumentException} for a set without images. */
    public DataSet {
        classes = List.copyOf(classes);
        parts = Map.copyOf(parts);
        if (!parts.isEmpty() && parts.values().stream().allMatch(images -> images.size() == 0)) {
            throw new IllegalArgumentException("Image set " + name + " is empty");
        }
    }

    /** One part, where the set has it. */
    public Optional<Images> part(Part part) {
        return Optional.ofNullable(parts.get(part));
    }

    /** The part to learn from, or the only one. */
    public Images trainOrOnly() {
        return part(Part.TRAIN).orElseGet(() -> parts.values().iterator().next());
    }

    /**
     * One part decoded, in the set's own shape, to train or measure a network with; the class names where known, else numbers.
     *
     * @throws IllegalArgumentException when the set lacks the part or labels
     */
    public ImageSet imageSet(Part part) {
        return part(part)
                .orElseThrow(() -> new IllegalArgumentException("Image set " + name + " has no " + part + " part"))
                .imageSet(shape, classNames());
    }

    /** The names of its classes, their numbers where the names are unknown; empty without labels. */
    public List<String> classNames() {
        return classes.isEmpty()
                ? IntStream.range(0, classCount()).mapToObj(String::valueOf).toList()
                : classes;
    }

    /** How many images all parts have. */
    public int size() {
        return parts.values().stream().mapToInt(Images::size).sum();
    }

    /** One more than the largest label of any part, or the number of class names where that is larger; 0 without labels. */
    public int classCount() {
        int largest = classes.size() - 1;
        for (Images images : parts.values()) {
            for (int i = 0; i < images.size(); i++) {
                largest = Math.max(largest, images.label(i));
            }
        }
        return largest + 1;
    }
}
