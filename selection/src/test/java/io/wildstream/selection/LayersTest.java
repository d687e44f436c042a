// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class LayersTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.wildstream.selection");

    @Test
    void shouldKeepTheRulesFreeOfKafkaAndFrameworks() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "io.quarkus..",
                        "jakarta..",
                        "io.micrometer..",
                        "org.slf4j..",
                        "ai.djl..",
                        "io.wildstream.engine..",
                        "io.wildstream.selector..")
                .check(CLASSES);
    }

    @Test
    void shouldKeepTheSingleRulesFreeOfThoseThatRank() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.selection")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.wildstream.selection.ranked")
                .check(CLASSES);
    }

    @Test
    void shouldKeepTheSingleRulesFreeOfTheWireFormat() {
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Rule")
                .or()
                .haveSimpleNameEndingWith("State")
                .or()
                .haveSimpleNameEndingWith("Score")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google..", "io.wildstream.contracts..")
                .check(CLASSES);
    }
}
