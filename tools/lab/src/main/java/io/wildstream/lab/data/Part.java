// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

/** The two parts of an image set: one to learn from, one to measure with. */
public enum Part {
    /** Images to learn from; an image set without parts is all of this kind. */
    TRAIN,
    /** Images held back for measuring. */
    TEST
}
