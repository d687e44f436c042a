// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;

/** The strings that LZW codes of up to 12 bits stand for: each is that of an earlier code and one byte more. */
final class LzwTable {

    private static final int MOST_BITS = 12;
    private static final int MOST = 1 << MOST_BITS;

    private final int rootBits;
    private final int roots;
    private final int early;
    private final short[] prefix = new short[MOST];
    private final byte[] suffix = new byte[MOST];
    private final short[] length = new short[MOST];
    private int next;
    private int bits;
    private int last;

    /**
     * A table of single bytes; two codes behind them, to clear the table and to end, stand for nothing.
     *
     * @param rootBits bits of a single byte's code
     * @param early how many codes earlier than they must the codes grow longer
     */
    LzwTable(int rootBits, int early) {
        this.rootBits = rootBits;
        this.roots = 1 << rootBits;
        this.early = early;
        for (int i = 0; i < roots; i++) {
            suffix[i] = (byte) i;
            length[i] = 1;
        }
        clear();
    }

    void clear() {
        next = roots + 2;
        bits = rootBits + 1;
        last = -1;
    }

    boolean isClear(int code) {
        return code == roots;
    }

    boolean isEnd(int code) {
        return code == roots + 1;
    }

    /** Bits of the next code. */
    int bits() {
        return bits;
    }

    /**
     * Writes the string of a code, and gives the next code to the string before it and its first byte.
     *
     * @return where the next string goes
     * @throws IOException for a code that stands for nothing
     */
    int write(int code, byte[] target, int from) throws IOException {
        if (last < 0 ? code > roots : code > next || (code == next && next >= MOST)) {
            throw new IOException("the compressed pixels are damaged");
        }
        if (last >= 0 && next < MOST) {
            prefix[next] = (short) last;
            length[next] = (short) (length[last] + 1);
            suffix[next] = first(code == next ? last : code);
            next++;
            if (next == (1 << bits) - early && bits < MOST_BITS) {
                bits++;
            }
        }
        last = code;
        int end = from + length[code];
        int link = code;
        for (int i = end - 1; i >= from; i--) {
            if (i < target.length) {
                target[i] = suffix[link];
            }
            link = prefix[link];
        }
        return Math.min(end, target.length);
    }

    private byte first(int code) {
        int root = code;
        while (root >= roots) {
            root = prefix[root];
        }
        return suffix[root];
    }
}
