// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import java.time.Duration;

/**
 * What decoding one image file may cost; seen in its structure before it is decoded, but for the time.
 *
 * @param maxScans most scans of a JPEG file, each of which is a pass over all its pixels; fewer of a large one: {@link #maxScans(long)}
 * @param maxChunks most chunks of a PNG file
 * @param maxBytesPerPixel most bytes of compressed pixels for each pixel, beside {@link #FREE_BYTES}
 * @param maxTime most time that the decoding thread may compute, above 0
 */
public record CostLimits(int maxScans, int maxChunks, int maxBytesPerPixel, Duration maxTime) {

    /** Compressed pixels of this length are always decoded: in small images, tables outweigh the pixels. */
    public static final int FREE_BYTES = 64 << 10;

    /** Scans that a file of any size may have: encoders make 10 to 16. */
    private static final int USUAL_SCANS = 20;

    private static final long SCANNED_PIXELS = USUAL_SCANS * 16_000_000L;

    /** No limit: for a reader of files that another one has accepted, and that must not depend on a clock. */
    public static final CostLimits NONE =
            new CostLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ofNanos(Long.MAX_VALUE));

    /** Many times what encoders make: 100 scans, 10,000 chunks, 64 bytes for each pixel, 10 s. */
    public static final CostLimits DEFAULT = new CostLimits(100, 10_000, 64, Duration.ofSeconds(10));

    public CostLimits {
        if (maxScans < 1 || maxChunks < 1 || maxBytesPerPixel < 1 || maxTime.isNegative() || maxTime.isZero()) {
            throw new IllegalArgumentException("Limits must be above 0, got maxScans=" + maxScans + " maxChunks="
                    + maxChunks + " maxBytesPerPixel=" + maxBytesPerPixel + " maxTime=" + maxTime);
        }
    }

    /** The same with another time. */
    public CostLimits withMaxTime(Duration time) {
        return new CostLimits(maxScans, maxChunks, maxBytesPerPixel, time);
    }

    /** Scans that a JPEG file of so many pixels may have: 100 scans of 16 million pixels are 97 kB and take 3.5 s, 20 of them 0.9 s. */
    long maxScans(long pixels) {
        return maxScans == Integer.MAX_VALUE
                ? maxScans
                : Math.min(maxScans, Math.max(USUAL_SCANS, SCANNED_PIXELS / Math.max(1, pixels)));
    }

    /** Bytes of compressed pixels that an image of so many pixels may have. */
    long maxBytes(long pixels) {
        return FREE_BYTES + Math.multiplyExact(pixels, (long) maxBytesPerPixel);
    }
}
