// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

/** VP8's arithmetic decoder. Behind the end of its data it reads zeros and says so. */
final class BoolReader {

    private final byte[] data;
    private final int end;
    private int at;
    /** The range less 1, in [127, 254] before each bit. */
    private int range = 254;

    private long value;
    /** Bits of the value that have not been looked at, less 8. */
    private int bits = -8;

    private boolean ended;

    BoolReader(byte[] data, int from, int end) {
        this.data = data;
        this.at = from;
        this.end = end;
    }

    /** Whether more was read than there is. */
    boolean hasEnded() {
        return ended;
    }

    /** A bit that is 0 with a probability of so many 256ths. */
    boolean bit(int probability) {
        if (bits < 0) {
            load();
        }
        int split = range * probability >> 8;
        boolean one = (int) (value >>> bits) > split;
        int left;
        if (one) {
            left = range - split;
            value -= (long) (split + 1) << bits;
        } else {
            left = split + 1;
        }
        int shift = Integer.numberOfLeadingZeros(left) - 24;
        range = (left << shift) - 1;
        bits -= shift;
        return one;
    }

    private void load() {
        if (at + 4 <= end) {
            value = value << 32
                    | (data[at] & 0xFFL) << 24
                    | (data[at + 1] & 0xFF) << 16
                    | (data[at + 2] & 0xFF) << 8
                    | (data[at + 3] & 0xFF);
            at += 4;
            bits += 32;
            return;
        }
        ended |= at >= end;
        value = value << 8 | (at < end ? data[at++] & 0xFF : 0);
        bits += 8;
    }

    /** 1 or 0, equally likely. */
    int flag() {
        return bit(128) ? 1 : 0;
    }

    /** A number of so many bits, most significant first. */
    int number(int count) {
        int number = 0;
        for (int i = 0; i < count; i++) {
            number = number << 1 | flag();
        }
        return number;
    }

    /** A number and its sign. */
    int signed(int count) {
        int number = number(count);
        return flag() == 1 ? -number : number;
    }

    /** A number and its sign, or 0 when a flag says that there is none. */
    int optional(int count) {
        return flag() == 1 ? signed(count) : 0;
    }
}
