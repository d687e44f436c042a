// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import java.time.Duration;

/**
 * What the stage may spend at once.
 *
 * @param batchMemory most bytes that the images of a forward pass take beside their pixels, as far as it is known, at least 1 MiB
 * @param turn after so long a turn commits what it has scored: a consumer that does not poll loses its partitions
 */
public record WorkLimits(long batchMemory, Duration turn) {

    /** 512 MiB and one minute, a fifth of the time that Kafka allows between two polls. */
    public static final WorkLimits DEFAULT = new WorkLimits(512L << 20, Duration.ofMinutes(1));

    /** The default with another memory. */
    public static WorkLimits ofMemory(long batchMemory) {
        return new WorkLimits(batchMemory, DEFAULT.turn);
    }
}
