// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The lab's packages form layers: data and plot below, then terminal and workload, then run and report, then what measures. */
@Tag("slow")
class LabArchitectureTest {

    private static final int MOST_CLASSES = 20;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.wildstream.lab");

    @Test
    void packagesFormNoCircle() {
        slices().matching("io.wildstream.lab.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void whatMeasuresIsUsedByBenchOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.wildstream.lab.data..",
                        "io.wildstream.lab.plot..",
                        "io.wildstream.lab.terminal..",
                        "io.wildstream.lab.workload..",
                        "io.wildstream.lab.run..",
                        "io.wildstream.lab.report..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.wildstream.lab.demo..",
                        "io.wildstream.lab.chaos..",
                        "io.wildstream.lab.soak..",
                        "io.wildstream.lab.experiment..",
                        "io.wildstream.lab.bench..",
                        "io.wildstream.lab.condense..",
                        "io.wildstream.lab.up..")
                .check(CLASSES);
    }

    @Test
    void noPackageHoldsMoreThanTwentyClasses() {
        // When
        Map<String, Long> sizes = CLASSES.stream()
                .filter(JavaClass::isTopLevelClass)
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

        // Then
        assertThat(sizes).isNotEmpty();
        assertThat(sizes.values()).allMatch(size -> size <= MOST_CLASSES);
    }
}
