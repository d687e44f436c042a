// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

/**
 * What a payload may cost before it is refused.
 *
 * @param maxBytes largest payload in bytes, at least 1
 * @param maxPixels largest width times height that is decoded, at least 1
 * @param cost of decoding an image file of allowed size
 */
public record PixelLimits(int maxBytes, long maxPixels, CostLimits cost) {

    /** 8 MiB and 16 million pixels, whatever decoding them costs. */
    public static final PixelLimits DEFAULT = new PixelLimits(8 << 20, 16_000_000L, CostLimits.NONE);

    /** For files that a teacher has accepted by limits of its own: no bound but what an array can hold. */
    public static final PixelLimits ACCEPTED =
            new PixelLimits(Integer.MAX_VALUE, Integer.MAX_VALUE / 4, CostLimits.NONE);

    public PixelLimits {
        if (maxBytes < 1 || maxPixels < 1) {
            throw new IllegalArgumentException(
                    "Limits must be at least 1, got maxBytes=" + maxBytes + " maxPixels=" + maxPixels);
        }
    }
}
