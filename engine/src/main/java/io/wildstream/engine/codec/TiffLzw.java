// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;

/** TIFF's LZW: codes of 9 to 12 bits, most significant bit first, longer one code earlier than in GIF files. */
final class TiffLzw {

    private final byte[] data;
    private final int end;
    private final LzwTable table = new LzwTable(8, 1);
    private int at;
    private int held;
    private int heldBits;

    TiffLzw(byte[] data, int from, int end) {
        this.data = data;
        this.at = from;
        this.end = end;
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
                throw Bytes.ends();
            }
            filled = table.write(code, target, filled);
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
}
