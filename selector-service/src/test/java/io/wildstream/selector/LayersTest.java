// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The packages from top to bottom: app, the root, ranking, streams, metrics, curriculum, input; drift beside them. */
@Tag("slow")
class LayersTest {

    private static final String SELECTOR = "io.wildstream.selector";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(SELECTOR);

    @Test
    void shouldHaveNoCycleBetweenPackages() {
        slices().matching(SELECTOR + ".(*)..").should().beFreeOfCycles().check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages(SELECTOR, SELECTOR + ".app")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SELECTOR, SELECTOR + ".app")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(SELECTOR)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(SELECTOR + ".app")
                .check(CLASSES);
    }

    @Test
    void shouldKeepDriftDetectionFreeOfKafka() {
        noClasses()
                .that()
                .resideInAPackage(SELECTOR + ".drift")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "io.micrometer..", SELECTOR + ".streams..")
                .check(CLASSES);
    }

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
    void shouldKeepTheSelectorFreeOfTheServiceAroundIt() {
        noClasses()
                .that()
                .resideOutsideOfPackage(SELECTOR + ".app")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "org.eclipse.microprofile..", "io.smallrye..")
                .check(CLASSES);
    }
}
