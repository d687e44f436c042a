// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;

/** TIFF's LZW: codes of 9 to 12 bits, most significant bit first, longer one code earlier than in GIF files. */
final class TiffLzw {

    private static final int CLEAR = 256;
    private static final int END = 257;
    private static final int FIRST = 258;
    private static final int MOST = 1 << 12;

    private final byte[] data;
    private final int end;
    private final short[] prefix = new short[MOST];
    private final byte[] suffix = new byte[MOST];
    private final short[] length = new short[MOST];
    private int at;
    private int held;
    private int heldBits;

    TiffLzw(byte[] data, int from, int end) {
        this.data = data;
        this.at = from;
        this.end = end;
        for (int i = 0; i < CLEAR; i++) {
            suffix[i] = (byte) i;
            length[i] = 1;
        }
    }

    /** Fills the target, or refuses what ends before. */
    void readInto(byte[] target, Watch watch) throws IOException {
        int filled = 0;
        int next = FIRST;
        int bits = 9;
        int last = -1;
        while (filled < target.length) {
            int code = code(bits);
            watch.worked(1);
            if (code == CLEAR) {
                next = FIRST;
                bits = 9;
                last = -1;
                continue;
            }
            if (code < 0 || code == END) {
                throw Bytes.ends();
            }
            if (last < 0 ? code > CLEAR : code > next || (code == next && next >= MOST)) {
                throw new IOException("the compressed pixels are damaged");
            }
            if (last >= 0 && next < MOST) {
                prefix[next] = (short) last;
                length[next] = (short) (length[last] + 1);
                suffix[next] = first(code == next ? last : code);
                next++;
                if (next == (1 << bits) - 1 && bits < 12) {
                    bits++;
                }
            }
            filled = write(code, target, filled);
            last = code;
        }
    }

    private int code(int bits) {
        while (heldBits < bits) {
            if (at >= end) {
                return -1;
            }
            held = held << 8 | (data[at++] & 0xFF);
            heldBits += 8;
        }
        heldBits -= bits;
        return held >> heldBits & (1 << bits) - 1;
    }

    private byte first(int code) {
        int root = code;
        while (root >= CLEAR) {
            root = prefix[root];
        }
        return suffix[root];
    }

    private int write(int code, byte[] target, int from) {
        int to = from + length[code];
        int link = code;
        for (int i = to - 1; i >= from; i--) {
            if (i < target.length) {
                target[i] = suffix[link];
            }
            link = prefix[link];
        }
        return Math.min(to, target.length);
    }
}
