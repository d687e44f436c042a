// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which package may know which. */
class LayersTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.wildstream.trainer");

    @Test
    void onlyTheMethodTouchesTheDeepLearningLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.wildstream.trainer.method..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(CLASSES);
    }

    @Test
    void theMethodKnowsNoKafkaAndNoQuarkus() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.trainer.method..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "io.quarkus..", "io.smallrye..", "jakarta..")
                .check(CLASSES);
    }

    @Test
    void onlyTheServiceKnowsQuarkus() {
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("Trainer")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..")
                .check(CLASSES);
    }

    @Test
    void curriculumAndCheckpointDoNotKnowTheLoop() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.wildstream.trainer.curriculum",
                        "io.wildstream.trainer.checkpoint",
                        "io.wildstream.trainer.method")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.wildstream.trainer")
                .check(CLASSES);
    }

    /** The library frees a number's memory at once, while the gradient's graph still points to it. */
    @Test
    void lossesMultiplyByArraysNotByNumbers() {
        noClasses()
                .that()
                .resideInAPackage("io.wildstream.trainer.method..")
                .should()
                .callMethodWhere(describe("an operation of an array with a number that backward reads", call -> {
                    boolean array = call.getTargetOwner().isAssignableTo("ai.djl.ndarray.NDArray");
                    boolean number = call.getTarget().getRawParameterTypes().stream()
                            .anyMatch(type -> type.isEquivalentTo(Number.class));
                    return array && number && !Set.of("add", "sub", "gt", "lte").contains(call.getName());
                }))
                .check(CLASSES);
    }

    @Test
    void onlyCheckpointsKnowTheObjectStore() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.wildstream.trainer.checkpoint")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(CLASSES);
    }

    @Test
    void theLoopIsAloneOnItsThread() {
        noClasses()
                .that()
                .haveSimpleName("TrainingLoop")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent.locks..", "java.util.concurrent.atomic..")
                .check(CLASSES);
    }
}
