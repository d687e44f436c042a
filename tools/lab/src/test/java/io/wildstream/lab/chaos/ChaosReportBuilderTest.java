// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.client.proof.AnswerCount;
import io.wildstream.client.proof.CurriculumProof;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.client.proof.TrainedProof;
import io.wildstream.cluster.Json;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.lab.report.Check;
import io.wildstream.lab.workload.WorkloadSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosReportBuilderTest {

    private static final AnswerCount FIVE = new AnswerCount(5, 0, 0, 0);
    private static final TrainedProof LEARNED = new TrainedProof(2, 2, 0, 0, 3, 40, true, "abc");
    private static final VerifyResult REPLAYED = new VerifyResult("dfnd", 40, 2, "abc", 1);

    @TempDir
    Path directory;

    @Test
    void isSoundWhenEverythingHolds() throws IOException {
        // Given
        ChaosReport report = build(5, FIVE, new CurriculumProof(2, 0, FIVE), LEARNED, REPLAYED, 2);
        Path file = directory.resolve("chaos.json");

        // When
        Json.write(file, report);

        // Then
        assertThat(report.sound()).isTrue();
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.get("kills").asInt()).isEqualTo(2);
        assertThat(json.at("/faults/broker/kill").asInt()).isEqualTo(2);
        assertThat(json.at("/missing/teacher_outputs").isInt()).isTrue();
        assertThat(json.at("/missing/trained").isInt()).isTrue();
        assertThat(json.at("/duplicates/teacher_outputs").isInt()).isTrue();
        assertThat(json.at("/duplicates/curriculum").isInt()).isTrue();
        assertThat(json.at("/duplicates/trained").isInt()).isTrue();
        assertThat(json.get("weights_sha256").asText()).isEqualTo("abc");
        assertThat(json.get("replay_sha256").asText()).isEqualTo("abc");
        assertThat(json.get("seconds").asDouble()).isEqualTo(60);
        assertThat(ChaosText.lines(report)).last().asString().startsWith("Proven");
    }

    @Test
    void isNotSoundWhenTheReplayHasOtherWeights() {
        // Given
        VerifyResult other = new VerifyResult("dfnd", 40, 2, "abd", 1);

        // When
        ChaosReport report = build(5, FIVE, new CurriculumProof(2, 0, FIVE), LEARNED, other, 2);

        // Then
        assertThat(broken(report)).containsExactly("dfnd: weights = those of the replay, after as many steps");
        assertThat(ChaosText.lines(report)).anyMatch(line -> line.contains("DIFFERENT"));
    }

    @Test
    void isNotSoundWhenASampleThatWasSentIsNowhere() {
        // Given // When
        ChaosReport report = build(6, FIVE, new CurriculumProof(2, 0, FIVE), LEARNED, REPLAYED, 2);

        // Then
        assertThat(report.missing().samples()).isEqualTo(1);
        assertThat(broken(report)).containsExactly("samples sent of which no record exists");
    }

    @Test
    void isNotSoundWhenFaultsWereLeftOut() {
        // Given // When
        ChaosReport report = build(5, FIVE, new CurriculumProof(2, 0, FIVE), LEARNED, REPLAYED, 3);

        // Then
        assertThat(broken(report)).containsExactly("faults that were not injected");
    }

    @Test
    void namesEveryErrorOfTheProof() {
        // Given
        AnswerCount outputs = new AnswerCount(4, 1, 2, 3);
        CurriculumProof curriculum = new CurriculumProof(3, 1, new AnswerCount(3, 1, 1, 1));
        TrainedProof trained = new TrainedProof(3, 3, 1, 1, 3, 40, true, "abc");

        // When
        ChaosReport report = build(5, outputs, curriculum, trained, REPLAYED, 2);

        // Then
        assertThat(broken(report)).hasSize(10);
        assertThat(report.missing()).isEqualTo(new ChaosReport.Missing(0, 1, 1, 1));
        assertThat(report.duplicates()).isEqualTo(new ChaosReport.Duplicates(2, 1, 1, 1));
        assertThat(ChaosText.lines(report))
                .filteredOn(line -> line.startsWith("VIOLATED"))
                .hasSize(10);
    }

    private static List<String> broken(ChaosReport report) {
        return report.checks().stream()
                .filter(check -> !check.holds())
                .map(Check::name)
                .toList();
    }

    private static ChaosReport build(
            long sent,
            AnswerCount outputs,
            CurriculumProof curriculum,
            TrainedProof trained,
            VerifyResult replayed,
            int kills) {
        StreamProof proof = new StreamProof(5, 5, 0, outputs, Map.of("dfnd", curriculum), Map.of("dfnd", trained));
        ChaosReport.Event event = new ChaosReport.Event(1, 100, "broker", "kill", 0, 3);
        return new ChaosReportBuilder(
                        settings(kills), sent, proof, Map.of("dfnd", replayed), List.of(event, event), Map.of())
                .build(60);
    }

    private static ChaosSettings settings(int kills) {
        return new ChaosSettings(
                new WorkloadSettings(
                        new WorkloadSettings.DataSettings(null, List.of(), null, null, null),
                        new WorkloadSettings.TeacherSettings(null, null, 10, false, 1, 1),
                        new WorkloadSettings.StudentSettings(null, null, 40, 128, 0.01, 0, null),
                        List.of("dfnd"),
                        0.27,
                        1,
                        new WorkloadSettings.RunSettings(
                                Double.POSITIVE_INFINITY, Duration.ofMinutes(1), null, false, true, false)),
                kills);
    }
}
