// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import com.google.protobuf.UnsafeByteOperations;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ImageShape;
import java.util.List;

/**
 * A list of images with random access, each as its original bytes; safe for use by several threads at once.
 *
 * <p>Indices run from 0; one out of range is an {@link IndexOutOfBoundsException}. Reading may throw a
 * {@link DataSetException} that names the file.
 */
public interface Images {
    /** The label of an image of unknown class. */
    int NO_LABEL = -1;

    /** How many there are; costs nothing. */
    int size();

    /** The class of an image, from 0, or {@link #NO_LABEL}; costs nothing. */
    int label(int index);

    /** {@code image/jpeg}, {@code image/png}, or {@code application/x-tensor;dtype=uint8;shape=C,H,W}. */
    String contentType(int index);

    /** The image in that form; the caller must not change it. */
    byte[] payload(int index);

    /** The image's size, from its header where it is encoded. */
    ImageShape shape(int index);

    /** The image decoded. */
    Pixels pixels(int index);

    /** Whether every image has a label. */
    default boolean labelled() {
        for (int i = 0; i < size(); i++) {
            if (label(i) == NO_LABEL) {
                return false;
            }
        }
        return size() > 0;
    }

    /**
     * An image as a sample: as it is stored where a model of the wanted shape can read it so, else converted and uncompressed.
     * Such a model reads image files of its height and width, gray or colour, and tensors of its very shape.
     *
     * @param index which image
     * @param source the sample's source
     * @param number what its id ends with: the id is {@code <source>-<number>}
     * @param wanted the shape that the sample is converted to
     */
    default Sample sample(int index, String source, int number, ImageShape wanted) {
        if (fits(contentType(index), shape(index), wanted)) {
            return asStored(index, source, number);
        }
        return sample(
                source,
                number,
                Pixels.contentType(wanted),
                pixels(index).to(wanted).values());
    }

    /** An image as a sample, its bytes as they are stored; its content type, its id and its source as of {@link #sample}. */
    default Sample asStored(int index, String source, int number) {
        return sample(source, number, contentType(index), payload(index));
    }

    private static Sample sample(String source, int number, String contentType, byte[] payload) {
        return Sample.newBuilder()
                .setId(source + "-" + number)
                .setSource(source)
                .setContentType(contentType)
                .setPayload(UnsafeByteOperations.unsafeWrap(payload))
                .build();
    }

    /** Whether a model of the wanted shape can read an image as it is: an image file may be gray or colour. */
    static boolean fits(String contentType, ImageShape shape, ImageShape wanted) {
        boolean file = contentType.startsWith("image/");
        return shape.equals(wanted) || (file && shape.height() == wanted.height() && shape.width() == wanted.width());
    }

    /**
     * All images decoded, in memory, to train or measure a network with.
     *
     * @param wanted the shape that they are converted to
     * @param classes names of the classes; where empty, the classes are called by their numbers
     * @throws IllegalArgumentException naming the first image whose label is missing or not among {@code classes}, or when
     *     all together exceed 2 GiB
     */
    default ImageSet imageSet(ImageShape wanted, List<String> classes) {
        return ImageSets.decoded(this, wanted, classes);
    }

    /** The images from one index up to another, without copying; an {@link IllegalArgumentException} when there are not so many. */
    default Images range(int from, int to) {
        return new ImageRange(this, from, to);
    }
}
