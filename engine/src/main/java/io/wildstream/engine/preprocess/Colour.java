// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

/** The channels that a network reads, in their order. */
public enum Colour {
    /** Red, green, blue. */
    RGB,
    /** Blue, green, red. */
    BGR,
    /** Gray. */
    L;

    /** How many. */
    public int channels() {
        return this == L ? 1 : 3;
    }
}
