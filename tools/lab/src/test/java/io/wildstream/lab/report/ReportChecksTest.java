// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.client.count.CurriculumCount;
import io.wildstream.client.count.StreamCounts;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.lab.report.DemoReport.Check;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportChecksTest {

    private static final Map<String, String> STUDENTS = Map.of("dfnd", "dfnd");

    @Test
    void holdWhenNothingWasLostOrLearnedTwice() {
        // Given
        StreamCounts counts = new Counts().build();

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of());

        // Then
        assertThat(checks).hasSize(6).allMatch(Check::holds);
    }

    @Test
    void nameALostTeacherOutput() {
        // Given
        StreamCounts counts = new Counts().outputs(96).notKept(69).build();

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of());

        // Then
        assertThat(violated(checks)).containsExactly("ingested = teacher outputs + dead letters");
    }

    @Test
    void nameASampleThatIsMissingInTheSelection() {
        // Given
        StreamCounts counts = new Counts().notKept(69).build();

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of());

        // Then
        assertThat(violated(checks)).containsExactly("dfnd: kept + not kept = teacher outputs");
    }

    @Test
    void nameASampleThatWasDecidedTwice() {
        // Given
        StreamCounts counts = new Counts().repeated(1).build();

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of());

        // Then
        assertThat(violated(checks)).containsExactly("dfnd: samples decided twice");
    }

    @Test
    void nameAStudentThatLearnedASampleTwice() {
        // Given
        StreamCounts counts = new Counts().trained(28).build();

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of());

        // Then
        assertThat(violated(checks)).containsExactly("dfnd: trained = kept");
    }

    @Test
    void nameAStudentWithoutACheckpoint() {
        // Given
        StreamCounts counts = new Counts().build();

        // When
        List<Check> checks = ReportChecks.of(counts, Map.of("other", "dfnd"), 100, Map.of());

        // Then
        assertThat(violated(checks)).containsExactly("other: has a committed checkpoint");
    }

    @Test
    void leaveOutWhatTheGatewaySaidWhenACallHadNoAnswer() {
        // Given
        StreamCounts counts = new Counts().build();

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, -1, Map.of());

        // Then
        assertThat(checks).extracting(Check::name).doesNotContain("stored = ingested");
    }

    @Test
    void nameAReplayThatCameOutDifferently() {
        // Given
        StreamCounts counts = new Counts().build();
        VerifyResult other = new VerifyResult("dfnd", 10, 27, "another digest", 1);

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of("dfnd", other));

        // Then
        assertThat(violated(checks)).containsExactly("dfnd: a replay of its curriculum gives the same weights");
    }

    private static List<String> violated(List<Check> checks) {
        return checks.stream().filter(check -> !check.holds()).map(Check::name).toList();
    }

    /** 100 samples, 3 of them bad; of 97 outputs 27 kept, learned once; but for what a test changes. */
    private static final class Counts {
        private long outputs = 97;
        private long notKept = 70;
        private long repeated;
        private long trained = 27;

        Counts outputs(long value) {
            outputs = value;
            return this;
        }

        Counts notKept(long value) {
            notKept = value;
            return this;
        }

        Counts repeated(long value) {
            repeated = value;
            return this;
        }

        Counts trained(long value) {
            trained = value;
            return this;
        }

        StreamCounts build() {
            CheckpointManifest manifest = CheckpointManifest.newBuilder()
                    .setStudent("dfnd")
                    .setStep(10)
                    .setTrained(trained)
                    .setWeightsSha256("digest")
                    .setFinished(true)
                    .build();
            CurriculumCount count = new CurriculumCount(27, notKept, repeated, Map.of(), List.of(), null);
            return new StreamCounts(
                    100,
                    outputs,
                    3,
                    0,
                    0,
                    Map.of(),
                    Map.of(),
                    Map.of("dfnd", count),
                    Map.of("dfnd", manifest),
                    Map.of());
        }
    }
}
