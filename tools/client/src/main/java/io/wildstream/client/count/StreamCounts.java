// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.count;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.util.List;
import java.util.Map;

/**
 * What was committed, counted in the topics.
 *
 * @param ingested samples
 * @param teacherOutputs teacher outputs
 * @param deadLetters samples that the teacher could not use
 * @param selectorDeadLetters teacher outputs that the selector could not use
 * @param trainerDeadLetters curriculum records that a trainer could not use
 * @param deadLetterReasons dead letters of all stages by reason
 * @param ingestedBySource samples by source
 * @param curricula by name
 * @param checkpoints newest checkpoint of each student
 * @param examples of each curriculum, kept and not kept, by name
 */
public record StreamCounts(
        long ingested,
        long teacherOutputs,
        long deadLetters,
        long selectorDeadLetters,
        long trainerDeadLetters,
        Map<String, Long> deadLetterReasons,
        Map<String, Long> ingestedBySource,
        Map<String, CurriculumCount> curricula,
        Map<String, CheckpointManifest> checkpoints,
        Map<String, List<Example>> examples) {}
