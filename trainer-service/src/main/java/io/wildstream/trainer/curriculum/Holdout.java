// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.contracts.HoldoutFile;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.SampleDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A labelled set in memory, decoded for one student's eyes.
 *
 * @param images what the network sees
 * @param labels the class of each
 */
@SuppressWarnings("ArrayRecordComponent")
public record Holdout(List<Pixels> images, int[] labels) {

    /** Makes the list immutable. */
    public Holdout {
        images = List.copyOf(images);
    }

    /**
     * Reads a file that {@link HoldoutFile} wrote.
     *
     * @throws IOException when it is unreadable, or a sample does not fit the student; the message names both
     */
    public static Holdout read(Path file, ModelDescription description) throws IOException {
        List<LabelledSample> samples = HoldoutFile.read(file);
        PixelReader reader = new PixelReader(description);
        List<Pixels> images = new ArrayList<>(samples.size());
        int[] labels = new int[samples.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = samples.get(i).getLabel();
            if (labels[i] < 0 || labels[i] >= description.classCount()) {
                throw new IOException(file + ": sample " + i + " has label " + Integer.toUnsignedString(labels[i])
                        + ", the student has " + description.classCount() + " classes");
            }
            try {
                images.add(reader.read(samples.get(i).getSample(), SampleDecoder.VERSION));
            } catch (InvalidSampleException e) {
                throw new IOException(file + ": sample " + i + ": " + e.detail(), e);
            }
        }
        return new Holdout(images, labels);
    }

    /** Number of images. */
    public int size() {
        return labels.length;
    }
}
