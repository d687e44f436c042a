// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec.webp;

import java.io.IOException;
import java.util.Arrays;

/** A prefix code: a table for its shorter words, counts for the longer ones. */
final class LosslessCode {

    private static final int LONGEST = 15;
    private static final int FAST = 8;
    private static final int[] ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    /** By the next bits: a symbol, and the length of its word in the lowest four bits; -1 for a longer word. */
    private final int[] fast;

    private final int fastBits;
    /** Words of each length, and all symbols in the order of their words. */
    private final int[] counts = new int[LONGEST + 1];

    private final short[] symbols;

    private LosslessCode(int[] lengths) throws IOException {
        int longest = 0;
        int used = 0;
        for (int length : lengths) {
            counts[length]++;
            longest = Math.max(longest, length);
            used += length > 0 ? 1 : 0;
        }
        counts[0] = 0;
        symbols = new short[used];
        int[] next = new int[LONGEST + 2];
        int room = 1;
        for (int length = 1; length <= LONGEST; length++) {
            next[length + 1] = next[length] + counts[length];
            room = 2 * room - counts[length];
        }
        // A code of one symbol has a word without bits, whatever its length says.
        if (used == 0 || (used > 1 && room != 0)) {
            throw damaged();
        }
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] > 0) {
                symbols[next[lengths[symbol]]++] = (short) symbol;
            }
        }
        fastBits = used == 1 ? 0 : Math.min(longest, FAST);
        fast = new int[1 << fastBits];
        fill(used == 1);
    }

    private void fill(boolean single) {
        if (single) {
            fast[0] = symbols[0] << 4;
            return;
        }
        Arrays.fill(fast, -1);
        int word = 0;
        int index = 0;
        for (int length = 1; length <= fastBits; length++) {
            for (int i = 0; i < counts[length]; i++, word++) {
                int reversed = Integer.reverse(word) >>> (32 - length);
                for (int at = reversed; at < fast.length; at += 1 << length) {
                    fast[at] = symbols[index] << 4 | length;
                }
                index++;
            }
            word <<= 1;
        }
    }

    private static IOException damaged() {
        return new IOException("a code of the compressed pixels is damaged");
    }

    /** Reads a code for so many symbols. */
    static LosslessCode read(LosslessBits in, int alphabet) throws IOException {
        int[] lengths = new int[alphabet];
        if (in.flag()) {
            boolean two = in.flag();
            put(lengths, in.number(in.flag() ? 8 : 1));
            if (two) {
                put(lengths, in.number(8));
            }
            return new LosslessCode(lengths);
        }
        int[] ofLengths = new int[ORDER.length];
        int count = in.number(4) + 4;
        for (int i = 0; i < count; i++) {
            ofLengths[ORDER[i]] = in.number(3);
        }
        LosslessCode code = new LosslessCode(ofLengths);
        int left = alphabet;
        if (in.flag()) {
            left = 2 + in.number(2 + 2 * in.number(3));
            if (left > alphabet) {
                throw damaged();
            }
        }
        int previous = 8;
        int symbol = 0;
        while (symbol < alphabet && left-- > 0) {
            int length = code.next(in);
            if (length <= LONGEST) {
                lengths[symbol++] = length;
                previous = length == 0 ? previous : length;
                continue;
            }
            int repeat = length == 16 ? 3 + in.number(2) : length == 17 ? 3 + in.number(3) : 11 + in.number(7);
            if (symbol + repeat > alphabet) {
                throw damaged();
            }
            Arrays.fill(lengths, symbol, symbol + repeat, length == 16 ? previous : 0);
            symbol += repeat;
        }
        return new LosslessCode(lengths);
    }

    private static void put(int[] lengths, int symbol) throws IOException {
        if (symbol >= lengths.length) {
            throw damaged();
        }
        lengths[symbol] = 1;
    }

    /** Memory that it takes, in numbers. */
    int size() {
        return fast.length + symbols.length;
    }

    /** The next symbol. */
    int next(LosslessBits in) throws IOException {
        int bits = in.peek();
        int entry = fast[bits & fast.length - 1];
        if (entry >= 0) {
            in.skip(entry & 15);
            return entry >> 4;
        }
        int word = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= LONGEST; length++) {
            word |= bits & 1;
            bits >>= 1;
            if (word - first < counts[length]) {
                in.skip(length);
                return symbols[index + word - first];
            }
            index += counts[length];
            first = (first + counts[length]) << 1;
            word <<= 1;
        }
        throw damaged();
    }
}
