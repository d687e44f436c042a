// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTextTest {

    private final DemoReport report = DemoReportBuilder.build(DemoRuns.run(Path.of("checkpoints")), 42);

    @Test
    void saysWhetherTheSelectionHelps() {
        assertThat(ReportText.lines(report)).contains("Does the selection help? dfnd is 15.00 points above random.");
    }

    @Test
    void hasARowForEachStudent() {
        // When
        List<String> rows = ReportText.lines(report).stream()
                .filter(line -> line.startsWith("dfnd ") || line.startsWith("random "))
                .toList();

        // Then
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).trim().split(" +"))
                .containsExactly("dfnd", "60", "237", "75.00", "%", "60", "60", "80.00", "%", "90.00", "%");
    }

    @Test
    void saysWhatWasStreamedAndThatItWasChecked() {
        // When
        List<String> lines = ReportText.lines(report);

        // Then
        assertThat(lines)
                .contains("Stream      300 samples, 297 teacher outputs, 3 dead letters; 20 samples/s; 42 s in all")
                .contains("CPU         teacher 12.0 s")
                .last()
                .asString()
                .startsWith("Checked     nothing lost, nothing learned twice: all ");
    }

    @Test
    void warnsOfADescriptionThatPromisesMoreThanWasMeasured() {
        // Given
        DemoReport.Teacher honest = new DemoReport.Teacher("t", "d", 0.81, 0.829, "q", false, 1);
        DemoReport.Teacher boastful = new DemoReport.Teacher("t", "d", 0.81, 0.9, "q", false, 1);

        // When // Then
        assertThat(ReportText.teacher(honest, 2000)).noneMatch(line -> line.startsWith("WARNING"));
        assertThat(ReportText.teacher(boastful, 2000))
                .contains(
                        "            accuracy 81.00 % on 2,000 test images; 90.00 % by its model.json",
                        "WARNING     model.json is 9.0 points off: Q begins with wrong figures, and a")
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void saysWhatTheTeacherIsWorthAndWhereQComesFrom() {
        assertThat(ReportText.lines(report))
                .contains(
                        "Teacher     lenet5-1x28-10",
                        "            accuracy 81.00 % on 20 test images; unknown by its model.json",
                        "            Q begins with the accuracy in the teacher's model.json")
                .noneMatch(line -> line.startsWith("WARNING"));
    }
}
