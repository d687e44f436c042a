// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service.fetch;

import io.wildstream.contracts.Topics;

/**
 * What may be unpacked.
 *
 * @param record most bytes of one record
 * @param together most bytes of several
 * @param count most records
 */
public record UnpackingLimits(long record, long together, int count) {

    /** For a process with so much memory: the bytes of a record are copied twice before they are a sample. */
    public static UnpackingLimits ofMemory(long heap, int count) {
        return new UnpackingLimits(heap / 4, heap / 16, count);
    }

    /** Half as much for each further process that ended, but never less than a message may have that is not compressed. */
    public UnpackingLimits after(int ends) {
        long half = record >> Math.min(Math.max(0, ends - 1), 30);
        return new UnpackingLimits(Math.max(half, Topics.MAX_MESSAGE_BYTES), together, count);
    }
}
