// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A sample's id as 128 bits of its SHA-256: two of a million ids collide with probability 1e-27, and nobody can construct a collision.
 *
 * @param high the first 8 bytes
 * @param low the next 8 bytes
 */
record IdHash(long high, long low) {

    /** Bytes of a hash. */
    static final int BYTES = 16;

    static IdHash of(String id) {
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8)));
            return new IdHash(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
