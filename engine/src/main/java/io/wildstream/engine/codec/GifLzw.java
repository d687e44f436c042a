// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;

/** GIF's LZW: codes of growing length up to 12 bits, least significant bit first. */
final class GifLzw {

    private final byte[] data;
    private final LzwTable table;
    private int at;
    private int held;
    private int heldBits;

    /** @param codeBits bits of a single byte's code */
    GifLzw(byte[] data, int codeBits) {
        this.data = data;
        this.table = new LzwTable(codeBits, 0);
    }

    /** Fills the target, or refuses what ends before. */
    void readInto(byte[] target, Watch watch) throws IOException {
        int filled = 0;
        while (filled < target.length) {
            int code = code(table.bits());
            watch.worked(1);
            if (table.isClear(code)) {
                table.clear();
                continue;
            }
            if (code < 0 || table.isEnd(code)) {
                throw new IOException("the file ends within its pixels");
            }
            filled = table.write(code, target, filled);
        }
    }

    private int code(int bits) {
        while (heldBits < bits) {
            if (at == data.length) {
                return -1;
            }
            held |= (data[at++] & 0xFF) << heldBits;
            heldBits += 8;
        }
        int code = held & ((1 << bits) - 1);
        held >>>= bits;
        heldBits -= bits;
        return code;
    }
}
