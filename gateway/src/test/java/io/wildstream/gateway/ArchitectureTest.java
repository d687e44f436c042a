// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ArchitectureTest {

    private static final String[] WORK = {
        "io.wildstream.gateway.ingest..", "io.wildstream.gateway.control..", "io.wildstream.gateway.watch.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
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
                .check(CLASSES);
    }

    @Test
    void ingestAndControlDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.gateway.ingest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.wildstream.gateway.control..", "io.wildstream.gateway.watch..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.gateway.control..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.wildstream.gateway.ingest..", "io.wildstream.gateway.watch..")
                .check(CLASSES);
    }

    @Test
    void sinksKnowNothingOfCallsAndLimits() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.gateway.ingest.sink..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.wildstream.gateway.ingest")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.wildstream.gateway.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void nothingComputesOnTensors() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl..")
                .check(CLASSES);
    }
}
