package io.wildstream.local.data;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Image sets and pictures stand on their own: usable without a cluster, Kafka, a network library or fonts. */
class DataArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.wildstream.local.data", "io.wildstream.local.picture");

    @Test
    void imageSetsKnowNothingOfTheRest() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.local.data..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.wildstream.local.picture..",
                        "io.wildstream.local.cluster..",
                        "io.wildstream.local.client..",
                        "io.wildstream.local.command..",
                        "io.wildstream.local.demo..",
                        "org.apache.kafka..",
                        "ai.djl..")
                .check(CLASSES);
    }

    @Test
    void picturesNeedNoFontsAndNoCluster() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.local.picture..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.awt.Font")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.awt.font..",
                        "javax.swing..",
                        "org.apache.kafka..",
                        "ai.djl..",
                        "io.wildstream.local.cluster..")
                .check(CLASSES);
    }
}
