// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import java.util.List;

/**
 * How a student came about, as its {@code model.json} says it.
 *
 * @param student its id
 * @param curriculum what it learned from
 * @param step how many steps it has made
 * @param samples how many selected samples it has learned
 * @param agreement share of its newest samples on which it agreed with the teacher before it learned them, in [0, 1]
 * @param teacherDigests SHA-256 of the teachers of these samples
 * @param architecture untrained model that it began as
 * @param architectureDigest SHA-256 of that model's module as its spec names it; empty when the spec names none
 * @param specGeneration generation of the training spec that it learned by last
 * @param seed of its initial weights and draws
 * @param weightsSha256 digest of its weights and buffers, as the checkpoint's manifest has it
 * @param codeVersion version of the trainer that wrote it
 */
public record Distillation(
        String student,
        String curriculum,
        long step,
        long samples,
        double agreement,
        List<String> teacherDigests,
        String architecture,
        String architectureDigest,
        long specGeneration,
        long seed,
        String weightsSha256,
        String codeVersion) {

    /** Copies its list; what a file does not say is empty. */
    public Distillation {
        teacherDigests = teacherDigests == null ? List.of() : List.copyOf(teacherDigests);
    }
}
