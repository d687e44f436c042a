// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.google.protobuf.ByteString;
import io.wildstream.teacher.UnreadableRecordException;

/** Finds the image's bytes in a record's value. */
@FunctionalInterface
interface ImageField {

    /** The image file itself is the value. */
    ImageField WHOLE_VALUE = ByteString::copyFrom;

    /**
     * The bytes of the image.
     *
     * @throws UnreadableRecordException when the value has none; the detail names the field
     */
    ByteString of(byte[] value) throws UnreadableRecordException;
}
