// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.wildstream.engine");

    @Test
    void onlyTheTorchPackageKnowsTheDeepLearningLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.wildstream.engine.torch..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(CLASSES);
    }

    @Test
    void pixelsAndTorchDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.engine.pixels")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.wildstream.engine.torch..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.engine.torch..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.wildstream.engine.pixels")
                .check(CLASSES);
    }

    @Test
    void theEngineIsAPlainLibrary() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "org.apache.kafka..", "io.grpc..")
                .check(CLASSES);
    }

    @Test
    void imagesAreReadByThePixelsPackageAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.wildstream.engine.pixels")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.imageio..", "java.awt..")
                .check(CLASSES);
    }
}
