// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * The size of one image: channels first, then rows, then columns.
 *
 * @param channels at least 1; 1 for gray, 3 for red, green, blue
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record ImageShape(int channels, int height, int width) implements ModelInput {

    public ImageShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("An image needs at least one channel, row and column, got %d x %d x %d"
                    .formatted(channels, height, width));
        }
        Math.multiplyExact(channels, Math.multiplyExact(height, width));
    }

    /** Number of values of one image: channels times height times width. */
    @Override
    @JsonIgnore
    public int values() {
        return channels * height * width;
    }

    /** Channels, height, width. */
    @Override
    public List<Integer> shape() {
        return List.of(channels, height, width);
    }

    /** Number of pixels of one channel. */
    @JsonIgnore
    public int pixels() {
        return height * width;
    }

    @Override
    public String toString() {
        return channels + "x" + height + "x" + width;
    }
}
