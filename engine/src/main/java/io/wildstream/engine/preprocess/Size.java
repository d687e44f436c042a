// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

/**
 * Height and width in pixels.
 *
 * @param height rows
 * @param width columns
 */
public record Size(int height, int width) {

    /** Largest side that a contract may name. */
    public static final int MAX_SIDE = 16_384;

    @Override
    public String toString() {
        return height + "x" + width;
    }
}
