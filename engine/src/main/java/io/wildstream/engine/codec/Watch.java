// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Looks at the time now and then: looking costs more than a few pixels. */
final class Watch {

    private static final int PORTION = 1 << 14;

    private final BooleanSupplier over;
    private int done = PORTION;

    Watch(BooleanSupplier over) {
        this.over = over;
    }

    /** So many bytes were worked on. */
    void worked(int bytes) throws IOException {
        done += Math.min(bytes, PORTION);
        if (done >= PORTION) {
            done = 0;
            if (over.getAsBoolean()) {
                throw new IOException("the time is over");
            }
        }
    }
}
