// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Image sets and pictures stand on their own: usable without a cluster, Kafka, a network library or fonts. */
class DataArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.wildstream.lab.data", "io.wildstream.lab.plot");

    @Test
    void imageSetsKnowNothingOfTheRest() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.lab.data..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.wildstream.lab.plot..",
                        "io.wildstream.cluster..",
                        "io.wildstream.client..",
                        "io.wildstream.lab.demo..",
                        "io.wildstream.lab.workload..",
                        "org.apache.kafka..",
                        "ai.djl..")
                .check(CLASSES);
    }

    @Test
    void picturesNeedNoFontsAndNoCluster() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.lab.plot..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.awt.Font")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.awt.font..", "javax.swing..", "org.apache.kafka..", "ai.djl..", "io.wildstream.cluster..")
                .check(CLASSES);
    }
}
