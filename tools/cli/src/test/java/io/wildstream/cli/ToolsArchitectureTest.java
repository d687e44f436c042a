// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ToolsArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.wildstream.cli", "io.wildstream.lab", "io.wildstream.cluster", "io.wildstream.client");

    @Test
    void deepLearningStaysBehindTheEngine() {
        noClasses().should().dependOnClassesThat().resideInAPackage("ai.djl..").check(CLASSES);
    }

    @Test
    void onlyCommandsKnowTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.wildstream.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(CLASSES);
    }

    @Test
    void theBrokerIsAProgramOfItsOwn() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..broker..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("kafka..", "io.wildstream.cluster.broker..")
                .check(CLASSES);
    }
}
