// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class LayersTest {

    private static final String STAGE = "io.wildstream.teacher";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(STAGE);

    @Test
    void theStageKnowsNoAdapter() {
        noClasses()
                .that()
                .resideInAPackage(STAGE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(STAGE + ".kafka..", STAGE + ".model..", STAGE + ".app..")
                .check(CLASSES);
    }

    @Test
    void adaptersDoNotKnowEachOtherNorTheService() {
        noClasses()
                .that()
                .resideInAPackage(STAGE + ".kafka..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(STAGE + ".model..", STAGE + ".app..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(STAGE + ".model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(STAGE + ".kafka..", STAGE + ".app..")
                .check(CLASSES);
    }

    @Test
    void onlyTheServiceKnowsQuarkus() {
        noClasses()
                .that()
                .resideOutsideOfPackage(STAGE + ".app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "io.smallrye..")
                .check(CLASSES);
    }

    @Test
    void nobodyKnowsTheDeepLearningLibrary() {
        noClasses()
                .that()
                .resideInAPackage(STAGE + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(CLASSES);
    }

    @Test
    void onlyTheKafkaAdapterAndTheServiceTalkToKafka() {
        noClasses()
                .that()
                .resideOutsideOfPackages(STAGE + ".kafka..", STAGE + ".app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka.clients.producer..", "org.apache.kafka.clients.admin..")
                .check(CLASSES);
    }
}
