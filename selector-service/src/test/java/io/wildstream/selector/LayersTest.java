// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LayersTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.wildstream.selector");

    @Test
    void shouldKnowNothingOfNetworksAndOtherServices() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "ai.djl..",
                        "io.wildstream.engine..",
                        "io.wildstream.teacher..",
                        "io.wildstream.trainer..",
                        "io.wildstream.gateway..")
                .check(CLASSES);
    }

    @Test
    void shouldKeepTheTopologyFreeOfTheServiceAroundIt() {
        noClasses()
                .that()
                .haveSimpleName("SelectionProcessor")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "org.eclipse.microprofile..", "io.smallrye..")
                .check(CLASSES);
    }
}
