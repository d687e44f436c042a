// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import io.wildstream.client.count.CurriculumCount;
import io.wildstream.client.count.StreamCounts;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.lab.report.DemoReport.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The identities that show that nothing was lost and nothing was learned twice. */
public final class ReportChecks {

    private ReportChecks() {}

    /**
     * Checks the counts of a stream that has ended.
     *
     * @param students curriculum of each student
     * @param replayed students that were learned again
     * @param stored samples that the gateway said it had stored, or -1 when a call went without an answer
     */
    public static List<Check> of(
            StreamCounts counts, Map<String, String> students, long stored, Map<String, VerifyResult> replayed) {
        List<Check> checks = new ArrayList<>();
        if (stored >= 0) {
            checks.add(equal("stored = ingested", stored, counts.ingested()));
        }
        checks.add(equal(
                "ingested = teacher outputs + dead letters",
                counts.ingested(),
                counts.teacherOutputs() + counts.deadLetters()));
        counts.curricula().forEach((name, count) -> checks.addAll(curriculum(counts, name, count)));
        students.forEach((student, curriculum) -> checks.addAll(student(counts, student, curriculum)));
        replayed.forEach(
                (student, result) -> checks.add(replay(counts.checkpoints().get(student), result)));
        return checks;
    }

    private static List<Check> curriculum(StreamCounts counts, String name, CurriculumCount count) {
        return List.of(
                equal(
                        name + ": kept + not kept = teacher outputs",
                        count.kept() + count.notKept(),
                        counts.teacherOutputs() - counts.selectorDeadLetters()),
                equal(name + ": samples decided twice", count.repeated(), 0));
    }

    private static List<Check> student(StreamCounts counts, String student, String curriculum) {
        CheckpointManifest manifest = counts.checkpoints().get(student);
        CurriculumCount count = counts.curricula().get(curriculum);
        if (manifest == null || count == null) {
            return List.of(new Check(student + ": has a committed checkpoint", false, "none"));
        }
        return List.of(
                new Check(student + ": finished", manifest.getFinished(), "step " + manifest.getStep()),
                equal(student + ": trained = kept", manifest.getTrained(), count.kept()));
    }

    private static Check replay(@Nullable CheckpointManifest manifest, VerifyResult result) {
        boolean same = manifest != null
                && manifest.getWeightsSha256().equals(result.weightsSha256())
                && manifest.getStep() == result.step()
                && manifest.getTrained() == result.trained();
        return new Check(
                result.student() + ": a replay of its curriculum gives the same weights",
                same,
                String.format(Locale.ROOT, "%s after %,d steps", result.weightsSha256(), result.step()));
    }

    private static Check equal(String name, long left, long right) {
        return new Check(name, left == right, String.format(Locale.ROOT, "%,d and %,d", left, right));
    }
}
