// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Mean and standard deviation of pixel values in [0, 1], by channel.
 *
 * @param mean one for each channel
 * @param std one for each channel, each above 0
 */
public record Normalisation(List<Float> mean, List<Float> std) {

    /** That of the images themselves; a channel without contrast gets deviation 1. */
    public static Normalisation of(ImageSet images) {
        List<Float> mean = new ArrayList<>();
        List<Float> std = new ArrayList<>();
        for (int channel = 0; channel < images.shape().channels(); channel++) {
            long[] histogram = histogram(images, channel);
            double count = (double) images.size() * images.shape().pixels();
            double sum = 0;
            double squares = 0;
            for (int value = 0; value < histogram.length; value++) {
                sum += histogram[value] * (value / 255.0);
                squares += histogram[value] * (value / 255.0) * (value / 255.0);
            }
            double average = sum / count;
            double deviation = Math.sqrt(Math.max(0, squares / count - average * average));
            mean.add((float) average);
            std.add(deviation < 1e-6 ? 1f : (float) deviation);
        }
        return new Normalisation(List.copyOf(mean), List.copyOf(std));
    }

    private static long[] histogram(ImageSet images, int channel) {
        long[] histogram = new long[256];
        int pixels = images.shape().pixels();
        int values = images.shape().values();
        for (int image = 0; image < images.size(); image++) {
            int start = image * values + channel * pixels;
            for (int i = start; i < start + pixels; i++) {
                histogram[images.pixels()[i] & 0xFF]++;
            }
        }
        return histogram;
    }
}
