// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

/**
 * What a student learned, by the checkpoints that count.
 *
 * @param expected entries of its curriculum from its start on, without those that became dead letters
 * @param trained entries that its newest checkpoint says it has learned
 * @param missing entries that no step used
 * @param repeated uses of an entry after its first
 * @param checkpoints committed checkpoints of the surviving lineage
 * @param steps steps made, rehearsals included
 * @param finished whether it made its last step
 * @param weightsSha256 digest of its weights and buffers; empty without a checkpoint
 */
public record TrainedProof(
        long expected,
        long trained,
        long missing,
        long repeated,
        int checkpoints,
        long steps,
        boolean finished,
        String weightsSha256) {

    /** Whether it has learned each entry once and is finished. */
    public boolean holds() {
        return finished && missing == 0 && repeated == 0;
    }
}
