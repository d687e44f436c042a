// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;

/** Numbers of a file, with a plain message where the file is too short for them. */
final class Bytes {

    private final byte[] file;
    private final boolean bigEndian;

    Bytes(byte[] file, boolean bigEndian) {
        this.file = file;
        this.bigEndian = bigEndian;
    }

    int u8(long at) throws IOException {
        require(at, 1);
        return file[(int) at] & 0xFF;
    }

    int u16(long at) throws IOException {
        require(at, 2);
        int first = file[(int) at] & 0xFF;
        int second = file[(int) at + 1] & 0xFF;
        return bigEndian ? first << 8 | second : second << 8 | first;
    }

    long u32(long at) throws IOException {
        long first = u16(at);
        long second = u16(at + 2);
        return bigEndian ? first << 16 | second : second << 16 | first;
    }

    /** Refuses a file that ends before so many bytes from there. */
    void require(long at, long length) throws IOException {
        if (at < 0 || length < 0 || at + length > file.length) {
            throw ends();
        }
    }

    static IOException ends() {
        return new IOException("the file ends too early");
    }
}
