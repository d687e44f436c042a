// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a demo found, as {@code report.json} holds it; {@code docs/report.md} explains each field.
 *
 * @param version version of this format
 * @param seed of stream, random choice and students
 * @param data what the stream was made of
 * @param settings what the students had in common
 * @param counts what was committed
 * @param teacher what was distilled
 * @param curricula what was selected, by name
 * @param students what was learned, by student
 * @param rate how fast it went
 * @param cpuSeconds processor seconds by process, from its start to the end of the stream
 * @param cpuSecondsToStart the part of them that was spent before the first sample; the launcher's holds the teacher's training
 * @param restarts how often a process died and was started again
 * @param checks whether nothing was lost or learned twice
 * @param seconds from the command to this report
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DemoReport(
        int version,
        long seed,
        Data data,
        Settings settings,
        Counts counts,
        Teacher teacher,
        Map<String, Curriculum> curricula,
        Map<String, Student> students,
        Rate rate,
        Map<String, Double> cpuSeconds,
        Map<String, Double> cpuSecondsToStart,
        Map<String, Integer> restarts,
        List<Check> checks,
        double seconds) {

    /** The images: name and classes of the original set, images of the teacher, of the test part, and samples of the stream by source. */
    public record Data(
            String original,
            List<String> classes,
            int teacherImages,
            int testImages,
            Map<String, Integer> stream,
            double inDomainShare) {}

    /** What the students had in common. */
    public record Settings(
            double rate, String student, long steps, int batch, double learningRate, double replayRatio) {}

    /** Committed records. */
    public record Counts(
            long ingested,
            long teacherOutputs,
            long deadLetters,
            long selectorDeadLetters,
            long trainerDeadLetters,
            Map<String, Long> deadLetterReasons,
            Map<String, Long> ingestedBySource) {}

    /** The teacher; its accuracy as measured on the test part and as its model.json says, in [0, 1]; what the diagonal of Q is. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Teacher(
            String name,
            String digest,
            @Nullable Double accuracy,
            @Nullable Double describedAccuracy,
            @Nullable String qDiagonal,
            boolean trainedNow,
            double seconds) {}

    /** What a curriculum kept; shares and regret in [0, 1]; no regret where nothing is ranked. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Curriculum(
            long kept,
            long notKept,
            double inDomainShare,
            List<Double> classShares,
            Map<String, Long> keptBySource,
            @Nullable Double regret) {}

    /** What a student reached; accuracy on the test part and agreement with the teacher in [0, 1]; the digest of a replay, if any. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Student(
            String curriculum,
            long steps,
            long trained,
            @Nullable Double accuracy,
            double agreement,
            String weightsSha256,
            @Nullable String replayedWeightsSha256) {}

    /** Samples per second from the first that was sent to the last that was selected. */
    public record Rate(double samplesPerSecond) {}

    /** Whether every check holds. */
    public boolean sound() {
        return checks.stream().allMatch(Check::holds);
    }

    /** How many points of accuracy the student of one curriculum is above that of another; empty when either is unknown. */
    public Optional<Double> pointsAbove(String curriculum, String baseline) {
        Optional<Double> first = accuracy(curriculum);
        Optional<Double> second = accuracy(baseline);
        return first.isPresent() && second.isPresent()
                ? Optional.of(100 * (first.get() - second.get()))
                : Optional.empty();
    }

    private Optional<Double> accuracy(String curriculum) {
        return students.values().stream()
                .filter(student -> student.curriculum().equals(curriculum))
                .findFirst()
                .map(Student::accuracy);
    }
}
