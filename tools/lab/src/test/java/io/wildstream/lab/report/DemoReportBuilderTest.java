// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.cluster.Json;
import io.wildstream.cluster.VerifyResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoReportBuilderTest {

    @TempDir
    Path directory;

    @Test
    void takesEachFigureFromWhatWasMeasured() {
        // When
        DemoReport report = DemoReportBuilder.build(DemoRuns.run(directory), 42);

        // Then
        assertThat(report.version()).isEqualTo(1);
        assertThat(report.seed()).isEqualTo(7);
        assertThat(report.data().original()).isEqualTo("objects");
        assertThat(report.data().teacherImages()).isEqualTo(100);
        assertThat(report.data().stream()).isEqualTo(Map.of("objects", 100, "textures", 200));
        assertThat(report.settings()).isEqualTo(new DemoReport.Settings(0.2, "lenet5-1x28-10", 60, 32, 0.01, 2.5));
        assertThat(report.counts().deadLetterReasons()).isEqualTo(Map.of("MALFORMED", 3L));
        assertThat(report.teacher().seconds()).isEqualTo(3);
        assertThat(report.rate().samplesPerSecond()).isEqualTo(20);
        assertThat(report.cpuSecondsToStart()).isEqualTo(Map.of("teacher", 4.0));
        assertThat(report.seconds()).isEqualTo(42);
        assertThat(report.sound()).isTrue();
    }

    @Test
    void holdsCurriculaAndStudentsInTheOrderOfTheSettings() {
        // When
        DemoReport report = DemoReportBuilder.build(DemoRuns.run(directory), 42);

        // Then
        assertThat(report.curricula().keySet()).containsExactly("dfnd", "random");
        assertThat(report.curricula().get("dfnd").inDomainShare()).isEqualTo(0.75);
        assertThat(report.curricula().get("dfnd").classShares()).hasSize(10).containsOnly(0.1);
        assertThat(report.curricula().get("dfnd").regret()).isNull();
        assertThat(report.students().keySet()).containsExactly("dfnd", "random");
        assertThat(report.students().get("dfnd").replayedWeightsSha256()).isEqualTo("dfnd-weights");
        assertThat(report.students().get("random").replayedWeightsSha256()).isNull();
        assertThat(report.pointsAbove("dfnd", "random").orElseThrow()).isCloseTo(15, within(1e-9));
    }

    @Test
    void isNotSoundWhenTheReplayHasOtherWeights() {
        // Given
        DemoRun run = DemoRuns.run(directory);
        DemoRun other = new DemoRun(
                run.workload(),
                run.teacher(),
                run.counts(),
                run.history(),
                run.cpuSeconds(),
                run.cpuSecondsToStart(),
                Map.of("trainer-dfnd", 1),
                Map.of("dfnd", new VerifyResult("dfnd", 60, 60, "others", 1)),
                -1,
                0,
                3,
                directory);

        // When
        DemoReport report = DemoReportBuilder.build(other, 42);

        // Then
        assertThat(report.sound()).isFalse();
        assertThat(report.rate().samplesPerSecond()).isZero();
        assertThat(report.restarts()).isEqualTo(Map.of("trainer-dfnd", 1));
        assertThat(ReportText.lines(report)).anyMatch(line -> line.equals("Restarted   trainer-dfnd (1)"));
        assertThat(ReportText.lines(report)).last().asString().startsWith("VIOLATED    dfnd: ");
    }

    @Test
    void isWrittenWithTheFieldNamesThatItsPageNames() throws IOException {
        // Given
        Path file = directory.resolve("made/report.json");

        // When
        Json.write(file, DemoReportBuilder.build(DemoRuns.run(directory), 42));

        // Then
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "version",
                        "seed",
                        "data",
                        "settings",
                        "counts",
                        "teacher",
                        "curricula",
                        "students",
                        "rate",
                        "cpu_seconds",
                        "cpu_seconds_to_start",
                        "restarts",
                        "checks",
                        "seconds");
        assertThat(json.at("/settings/replay_ratio").asDouble()).isEqualTo(2.5);
        assertThat(json.at("/students/dfnd/replayed_weights_sha256").asText()).isEqualTo("dfnd-weights");
        assertThat(json.at("/students/random").has("replayed_weights_sha256")).isFalse();
        assertThat(json.at("/counts/dead_letter_reasons/MALFORMED").asInt()).isEqualTo(3);
        assertThat(json.at("/checks/0/holds").asBoolean()).isTrue();
        assertThat(json.at("/data/classes")).hasSize(10);
        assertThat(json.at("/teacher/accuracy").asDouble()).isEqualTo(DemoRuns.TEACHER_ACCURACY);
        assertThat(json.at("/teacher/q_diagonal").asText()).isEqualTo("the accuracy in the teacher's model.json");
    }
}
