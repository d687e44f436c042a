// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

/** Whether a picture is turned before anything else. */
public enum Orientation {
    /** Taken as it is stored. */
    IGNORE,
    /** Turned as its Exif data says. */
    EXIF
}
