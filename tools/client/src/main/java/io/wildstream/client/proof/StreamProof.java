// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

import java.util.Map;

/**
 * The result of a finished stream.
 *
 * @param ingested records of {@code samples}
 * @param distinct different samples among them, by id
 * @param deadLetters of all stages
 * @param outputs teacher outputs and the teacher's dead letters, as answers to the ingested records
 * @param curricula by name
 * @param students by id
 */
public record StreamProof(
        long ingested,
        long distinct,
        long deadLetters,
        AnswerCount outputs,
        Map<String, CurriculumProof> curricula,
        Map<String, TrainedProof> students) {

    /** Whether nothing is missing and nothing occurs twice. */
    public boolean holds() {
        return outputs.holds()
                && curricula.values().stream().allMatch(CurriculumProof::holds)
                && students.values().stream().allMatch(TrainedProof::holds);
    }
}
