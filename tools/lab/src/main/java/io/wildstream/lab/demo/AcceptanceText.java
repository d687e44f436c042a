// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.demo;

import io.wildstream.client.proof.StreamProof;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an acceptance run proved, as lines for a terminal. */
public final class AcceptanceText {

    private AcceptanceText() {}

    /** The lines of the report. */
    public static List<String> lines(Acceptance.Outcome outcome) {
        List<String> lines = new ArrayList<>();
        StreamProof proof = outcome.proof();
        lines.add(text(
                "samples     %,d stored, %,d different; %,d dead letters",
                proof.ingested(), proof.distinct(), proof.deadLetters()));
        lines.add(text(
                "teacher     %,d answered, %d missing, %d repeated, %d strays",
                proof.outputs().answered(),
                proof.outputs().missing(),
                proof.outputs().repeated(),
                proof.outputs().strays()));
        proof.curricula()
                .forEach((name, found) -> lines.add(text(
                        "curriculum  %s: %,d kept, %d repeated; %,d decided, %d missing, %d repeated",
                        name,
                        found.kept(),
                        found.repeated(),
                        found.decisions().answered(),
                        found.decisions().missing(),
                        found.decisions().repeated())));
        proof.students()
                .forEach((name, found) -> lines.add(text(
                        "student     %s: %,d of %,d learned, %d missing, %d repeated; %,d steps, %d checkpoints,"
                                + " weights %s",
                        name,
                        found.trained(),
                        found.expected(),
                        found.missing(),
                        found.repeated(),
                        found.steps(),
                        found.checkpoints(),
                        found.weightsSha256().isEmpty()
                                ? "none"
                                : found.weightsSha256().substring(0, 12))));
        outcome.status()
                .getStudentsList()
                .forEach(status -> lines.add(text(
                        "agreement   %s: %.1f %% with the teacher", status.getStudent(), 100 * status.getAgreement())));
        lines.add("proof       " + (proof.holds() ? "holds" : "does not hold"));
        return lines;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
