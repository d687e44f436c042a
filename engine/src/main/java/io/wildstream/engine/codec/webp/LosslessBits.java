// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

import java.io.IOException;

/** The bits of a lossless picture, least significant first. */
final class LosslessBits {

    private final byte[] data;
    private final int end;
    private int at;
    private long held;
    private int count;

    LosslessBits(byte[] data, int from, int end) {
        this.data = data;
        this.at = from;
        this.end = end;
    }

    /** The next 15 bits, zeros behind the end; they stay. */
    int peek() {
        while (count < 15 && at < end) {
            held |= (data[at++] & 0xFFL) << count;
            count += 8;
        }
        return (int) held & 0x7FFF;
    }

    /** Takes so many of the bits that were looked at. */
    void skip(int bits) throws IOException {
        if (bits > count) {
            throw new IOException("the file ends within its pixels");
        }
        held >>>= bits;
        count -= bits;
    }

    /** A number of so many bits, at most 24. */
    int number(int bits) throws IOException {
        while (count < bits && at < end) {
            held |= (data[at++] & 0xFFL) << count;
            count += 8;
        }
        int number = (int) held & (1 << bits) - 1;
        skip(bits);
        return number;
    }

    boolean flag() throws IOException {
        return number(1) == 1;
    }
}
