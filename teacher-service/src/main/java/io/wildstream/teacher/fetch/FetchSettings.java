// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.fetch;

import java.time.Duration;

/**
 * What fetching may take.
 *
 * @param parallel most fetches at a time
 * @param memory most bytes that are fetched ahead, and that a turn holds, together; one sample is always fetched
 * @param maxBytes most bytes of one sample
 * @param patience for so long a store that does not answer is waited for
 * @param keepsBytes whether outputs hold what was fetched, and not the reference alone
 */
public record FetchSettings(int parallel, long memory, int maxBytes, Duration patience, boolean keepsBytes) {

    /** Most bytes in flight. */
    long ahead() {
        return memory / 2;
    }

    /** Bytes with which a turn ends. */
    public long turn() {
        return memory / 2;
    }
}
