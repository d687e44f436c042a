// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

import io.wildstream.contracts.v1.Reference;
import java.util.regex.Pattern;

/** What a reference to the bytes of a sample must be: one check for all who send, take or fetch samples. */
public final class References {

    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{64}");

    private References() {}

    /**
     * What is wrong with a reference by itself, wherever it points.
     *
     * @return empty when nothing is; else the name of the field and the problem, such as {@code address: has 0 characters}
     */
    public static String problem(Reference reference) {
        try {
            var unused = Address.parse(reference.getAddress());
        } catch (IllegalArgumentException e) {
            return "address: " + e.getMessage();
        }
        if (!reference.getSha256().isEmpty()
                && !DIGEST.matcher(reference.getSha256()).matches()) {
            return "sha256: is not 64 hexadecimal digits, the SHA-256 of the bytes; leave it empty when it is unknown";
        }
        return reference.getSizeBytes() >= 0 ? "" : "size_bytes: is larger than anything that can be read";
    }
}
