// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import static io.wildstream.client.text.TerminalText.printable;
import static io.wildstream.client.text.TerminalText.text;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.SkipRule;
import io.wildstream.contracts.v1.StudentExplanation;
import java.util.ArrayList;
import java.util.List;

/** What made a student what it is, as lines: curriculum, specs, teachers and policies, then a row for each source and pseudo-label. */
public final class ExplanationText {

    private ExplanationText() {}

    /** The lines of the explanation. */
    public static List<String> lines(StudentExplanation why) {
        List<String> lines = new ArrayList<>();
        CheckpointManifest checkpoint = why.getCheckpoint();
        lines.add(text(
                "%-12s%s, step %,d, weights %s",
                "student", checkpoint.getStudent(), checkpoint.getStep(), checkpoint.getWeightsSha256()));
        lines.add(text(
                "%-12s%s, offsets %,d to %,d: %,d learned, %,d skipped, %,d refused",
                "curriculum",
                checkpoint.getCurriculum(),
                Math.max(0, why.getStartOffset()),
                checkpoint.getNextOffset() - 1,
                why.getLearned(),
                why.getSkipped(),
                why.getRefused()));
        why.getSpecsList()
                .forEach(spec -> lines.add(text(
                        "%-12sgeneration %d at offset %,d: seed %d, %s",
                        "spec",
                        spec.getGeneration(),
                        spec.getOffset(),
                        spec.getSpec().getSeed(),
                        spec.getSpec().getStudentModel())));
        checkpoint.getSkipsList().forEach(rule -> lines.add(text("%-12s%s", "skips", describe(rule))));
        if (checkpoint.getMissing() > 0) {
            lines.add(text("%-12s%,d of the skipped samples were gone or changed", "missing", checkpoint.getMissing()));
        }
        why.getTeachersMap()
                .forEach((digest, count) -> lines.add(text("%-12s%s: %,d samples", "teacher", digest, count)));
        why.getPrecomputedMap()
                .forEach((sender, count) -> lines.add(text(
                        "%-12s%,d samples came with their outputs, sent by %s",
                        "", count, sender.isEmpty() ? "unnamed writers of the topic" : printable(sender))));
        why.getSelectionsList()
                .forEach(policy -> lines.add(text(
                        "%-12sgeneration %d: %,d samples, thresholds %.4g to %.4g, largest noise value %.4g",
                        "policy",
                        policy.getPolicyGeneration(),
                        policy.getSamples(),
                        policy.getMinThreshold(),
                        policy.getMaxThreshold(),
                        policy.getMaxNoiseValue())));
        sources(lines, why);
        labels(lines, why);
        return lines;
    }

    private static void sources(List<String> lines, StudentExplanation why) {
        lines.add("");
        lines.add(text(
                "%-28s %10s %8s %11s %11s  %s", "source", "learned", "skipped", "mean noise", "max noise", "offsets"));
        why.getSourcesList()
                .forEach(source -> lines.add(text(
                        "%-28s %,10d %,8d %11.4g %11.4g  %,d-%,d",
                        printable(source.getSource().isEmpty() ? "(others)" : source.getSource()),
                        source.getLearned(),
                        source.getSkipped(),
                        source.getMeanNoiseValue(),
                        source.getMaxNoiseValue(),
                        source.getFirstOffset(),
                        source.getLastOffset())));
    }

    private static void labels(List<String> lines, StudentExplanation why) {
        lines.add("");
        lines.add(text("%-28s %10s %11s  %s", "pseudo-label", "learned", "max noise", "thresholds"));
        why.getPseudoLabelsList()
                .forEach(label -> lines.add(text(
                        "%-28s %,10d %11.4g  %.4g to %.4g",
                        ClassNames.of(why.getCheckpoint().getSpec(), label.getPseudoLabel()),
                        label.getLearned(),
                        label.getMaxNoiseValue(),
                        label.getMinThreshold(),
                        label.getMaxThreshold())));
    }

    private static String describe(SkipRule rule) {
        StringBuilder text = new StringBuilder(text("from step %,d:", rule.getFromStep()));
        rule.getOffsetsList().forEach(range -> text.append(text(" offsets %d-%d", range.getFirst(), range.getLast())));
        rule.getSourcesList().forEach(source -> text.append(" source ").append(printable(source)));
        return text.toString();
    }
}
