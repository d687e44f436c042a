// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import io.wildstream.contracts.sample.Address;
import io.wildstream.reference.ReferenceException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads something to its end, whatever its length is said to be: no more bytes than may be, and no longer than may be.
 *
 * @param address of what is read
 * @param maxBytes most bytes of it
 * @param isStated whether the reference states that it has so many
 * @param deadline by {@link System#nanoTime}
 */
record BoundedRead(Address address, int maxBytes, boolean isStated, long deadline) {

    private static final int CHUNK = 16 * 1024;

    /** Nanoseconds that are left, at least 1. */
    long nanosLeft() {
        return Math.max(1, deadline - System.nanoTime());
    }

    byte[] all(InputStream in) throws IOException, ReferenceException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(CHUNK);
        byte[] chunk = new byte[CHUNK];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            all.write(chunk, 0, read);
            if (all.size() > maxBytes) {
                throw tooMany();
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new ReferenceException(
                        Reason.UNAVAILABLE, address + ": only " + all.size() + " bytes came before the time was over");
            }
        }
        return all.toByteArray();
    }

    private ReferenceException tooMany() {
        return isStated
                ? new ReferenceException(
                        Reason.DIGEST_MISMATCH, address + ": has more than the " + maxBytes + " bytes that are stated")
                : new ReferenceException(
                        Reason.TOO_LARGE,
                        address + ": has more than " + maxBytes + " bytes, which are the most that are read");
    }
}
