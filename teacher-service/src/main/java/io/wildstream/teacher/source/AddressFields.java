// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import java.util.Optional;

/**
 * Where in a record the address of an image is, and what is known of it: further keys {@code wildstream.teacher.source.*}.
 *
 * @param holds whether the image's field holds its address
 * @param prefix put before each address
 * @param sha256 field of the digest
 * @param size field of the size
 */
public record AddressFields(Holds holds, Optional<String> prefix, Optional<String> sha256, Optional<String> size) {

    /** The image itself. */
    public static final AddressFields NONE =
            new AddressFields(Holds.BYTES, Optional.empty(), Optional.empty(), Optional.empty());

    /** What a field holds. */
    public enum Holds {
        /** The image. */
        BYTES,
        /** Where the image is. */
        ADDRESS
    }
}
