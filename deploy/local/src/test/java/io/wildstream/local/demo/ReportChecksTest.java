package io.wildstream.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.local.client.CurriculumCount;
import io.wildstream.local.client.StreamCounts;
import io.wildstream.local.cluster.VerifyResult;
import io.wildstream.local.demo.DemoReport.Check;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportChecksTest {

    private static final Map<String, String> STUDENTS = Map.of("dfnd", "dfnd");

    @Test
    void holdWhenNothingWasLostOrLearnedTwice() {
        // Given
        StreamCounts counts = counts(100, 97, 3, 27, 70, 0, 27);

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of());

        // Then
        assertThat(checks).hasSize(6).allMatch(Check::holds);
    }

    @Test
    void nameALostTeacherOutput() {
        // Given
        StreamCounts counts = counts(100, 96, 3, 27, 69, 0, 27);

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of());

        // Then
        assertThat(violated(checks)).containsExactly("ingested = teacher outputs + dead letters");
    }

    @Test
    void nameASampleThatIsMissingInTheSelection() {
        // Given
        StreamCounts counts = counts(100, 97, 3, 27, 69, 0, 27);

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of());

        // Then
        assertThat(violated(checks)).containsExactly("dfnd: kept + not kept = teacher outputs");
    }

    @Test
    void nameASampleThatWasDecidedTwice() {
        // Given
        StreamCounts counts = counts(100, 97, 3, 27, 70, 1, 27);

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of());

        // Then
        assertThat(violated(checks)).containsExactly("dfnd: samples decided twice");
    }

    @Test
    void nameAStudentThatLearnedASampleTwice() {
        // Given
        StreamCounts counts = counts(100, 97, 3, 27, 70, 0, 28);

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of());

        // Then
        assertThat(violated(checks)).containsExactly("dfnd: trained = kept");
    }

    @Test
    void nameAStudentWithoutACheckpoint() {
        // Given
        StreamCounts counts = counts(100, 97, 3, 27, 70, 0, 27);

        // When
        List<Check> checks = ReportChecks.of(counts, Map.of("other", "dfnd"), 100, Map.of());

        // Then
        assertThat(violated(checks)).containsExactly("other: has a committed checkpoint");
    }

    @Test
    void leaveOutWhatTheGatewaySaidWhenACallHadNoAnswer() {
        // Given
        StreamCounts counts = counts(100, 97, 3, 27, 70, 0, 27);

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, -1, Map.of());

        // Then
        assertThat(checks).extracting(Check::name).doesNotContain("stored = ingested");
    }

    @Test
    void nameAReplayThatCameOutDifferently() {
        // Given
        StreamCounts counts = counts(100, 97, 3, 27, 70, 0, 27);
        VerifyResult other = new VerifyResult("dfnd", 10, 27, "another digest", 1);

        // When
        List<Check> checks = ReportChecks.of(counts, STUDENTS, 100, Map.of("dfnd", other));

        // Then
        assertThat(violated(checks)).containsExactly("dfnd: a replay of its curriculum gives the same weights");
    }

    private static List<String> violated(List<Check> checks) {
        return checks.stream().filter(check -> !check.holds()).map(Check::name).toList();
    }

    private static StreamCounts counts(
            long ingested, long outputs, long dead, long kept, long notKept, long repeated, long trained) {
        CheckpointManifest manifest = CheckpointManifest.newBuilder()
                .setStudent("dfnd")
                .setStep(10)
                .setTrained(trained)
                .setWeightsSha256("digest")
                .setFinished(true)
                .build();
        CurriculumCount count = new CurriculumCount(kept, notKept, repeated, Map.of(), List.of());
        return new StreamCounts(
                ingested,
                outputs,
                dead,
                0,
                0,
                Map.of(),
                Map.of(),
                Map.of("dfnd", count),
                Map.of("dfnd", manifest),
                Map.of());
    }
}
