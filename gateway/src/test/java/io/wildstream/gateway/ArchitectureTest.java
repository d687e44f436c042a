// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String[] WORK = {
        "io.wildstream.gateway.ingest..", "io.wildstream.gateway.control..", "io.wildstream.gateway.watch.."
    };

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.wildstream.gateway");

    @Test
    void theWorkKnowsNothingOfItsFaces() {
        noClasses()
                .that()
                .resideInAnyPackage(WORK)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.wildstream.gateway.api..",
                        "io.wildstream.gateway.access..",
                        "io.wildstream.gateway.run..",
                        "jakarta.ws.rs..",
                        "io.vertx..",
                        "io.quarkus.grpc..")
                .check(classes);
    }

    @Test
    void ingestAndControlDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.gateway.ingest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.wildstream.gateway.control..", "io.wildstream.gateway.watch..")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.gateway.control..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.wildstream.gateway.ingest..", "io.wildstream.gateway.watch..")
                .check(classes);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.wildstream.gateway.(*)..")
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    @Test
    void nothingComputesOnTensors() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl..")
                .check(classes);
    }
}
