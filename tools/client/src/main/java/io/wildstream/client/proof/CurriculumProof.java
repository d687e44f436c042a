// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

/**
 * The result of a curriculum.
 *
 * @param kept selected samples, every entry counted
 * @param repeated entries of a sample that has one already
 * @param decisions what became of the teacher's outputs: an entry or a record of {@code rejected} each
 */
public record CurriculumProof(long kept, long repeated, AnswerCount decisions) {

    /** Whether each teacher output was decided once. */
    public boolean holds() {
        return repeated == 0 && decisions.holds();
    }
}
