// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import io.wildstream.lab.report.Check;
import java.util.List;
import java.util.Map;

/**
 * What a chaos run found, as its JSON file holds it; {@code docs/chaos.md} explains each field.
 *
 * @param version version of this format
 * @param seed of the stream, the students and the faults
 * @param kills faults that were injected
 * @param faults how many by victim and kind
 * @param counts what was committed
 * @param missing what is missing
 * @param duplicates what is there more than once
 * @param weightsSha256 digest of the first student
 * @param replaySha256 the same after a fresh process learned it again from the beginning of its curriculum
 * @param students by id
 * @param unplannedDeaths how often a process died without being killed
 * @param recoverySeconds from a fault to the moment when its victim worked again
 * @param events the faults in their order
 * @param checks what must hold
 * @param seconds from the command to this report
 */
public record ChaosReport(
        int version,
        long seed,
        int kills,
        Map<String, Map<String, Integer>> faults,
        Counts counts,
        Missing missing,
        Duplicates duplicates,
        String weightsSha256,
        String replaySha256,
        Map<String, Student> students,
        Map<String, Integer> unplannedDeaths,
        Recovery recoverySeconds,
        List<Event> events,
        List<Check> checks,
        double seconds) {

    /**
     * Committed records.
     *
     * @param sent samples of the stream
     * @param ingested records of {@code samples}: more than were sent when a call without an answer was repeated
     * @param teacherOutputs records of {@code samples} that have an output or a dead letter
     * @param deadLetters of all stages
     * @param kept entries by curriculum
     * @param trained entries learned, by student
     */
    public record Counts(
            long sent,
            long ingested,
            long teacherOutputs,
            long deadLetters,
            Map<String, Long> kept,
            Map<String, Long> trained) {}

    /**
     * What is missing; each is 0 when all is well.
     *
     * @param samples samples that were sent, of which no record exists
     * @param teacherOutputs records of {@code samples} without an output or a dead letter
     * @param decisions teacher outputs that a curriculum neither kept nor rejected
     * @param trained entries that no step of a student used
     */
    public record Missing(long samples, long teacherOutputs, long decisions, long trained) {}

    /**
     * What is there more than once, each 0 when all is well.
     *
     * @param teacherOutputs outputs and dead letters after a record's first
     * @param curriculum entries of a sample that has one already in the same curriculum
     * @param decisions decisions after a sample's first
     * @param trained uses of an entry after its first
     */
    public record Duplicates(long teacherOutputs, long curriculum, long decisions, long trained) {}

    /** A student: its steps, committed checkpoints, and both digests of its weights. */
    public record Student(long steps, long trained, int checkpoints, String weightsSha256, String replaySha256) {}

    /** Median and maximum, seconds. */
    public record Recovery(double median, double max) {}

    /** A fault: seconds after the first sample, samples fed until then, what it did, and how long it took. */
    public record Event(double at, long fed, String victim, String kind, double stopSeconds, double recoverySeconds) {}

    /** Whether every check holds. */
    public boolean sound() {
        return checks.stream().allMatch(Check::holds);
    }
}
