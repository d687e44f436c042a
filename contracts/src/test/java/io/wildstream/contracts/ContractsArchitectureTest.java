// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ContractsArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.wildstream.contracts");

    @Test
    void dependsOnProtobufGrpcTheKafkaClientAndTracesInterfacesOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.wildstream.contracts..",
                        "com.google.protobuf..",
                        "com.google.common..",
                        "io.grpc..",
                        "org.apache.kafka..",
                        "io.opentelemetry..",
                        "org.slf4j..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void messagesDoNotKnowWhoCarriesThem() {
        noClasses()
                .that()
                .resideInAPackage("..contracts.v1..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "io.wildstream.contracts")
                .check(CLASSES);
    }
}
