// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.wildstream.contracts.testkit.ArchitectureRules;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which package of the trainer knows what. */
@Tag("slow")
class LayersTest {

    private static final ArchitectureRules PACKAGES = new ArchitectureRules("io.wildstream.trainer");

    @Test
    void packagesFormNoCycleAndAreSmall() {
        PACKAGES.haveNoCycles();
        PACKAGES.holdAtMost(20);
    }

    @Test
    void onlyTheMethodKnowsTheDeepLearningLibrary() {
        PACKAGES.only(Set.of("method.."), "ai.djl..");
    }

    @Test
    void kafkaIsKnownWhereRecordsAndTransactionsAreRead() {
        PACKAGES.only(Set.of("", "control", "curriculum", "checkpoint", "condense", "metrics"), "org.apache.kafka..");
    }

    @Test
    void onlyTheApplicationKnowsQuarkusAndOnlyConfigurationItsMapping() {
        PACKAGES.only(Set.of("app"), "io.quarkus..", "jakarta..", "org.eclipse.microprofile..", "io.vertx..");
        PACKAGES.only(Set.of("config"), "io.smallrye..");
    }

    @Test
    void onlyMetricsKnowMicrometer() {
        PACKAGES.only(Set.of("metrics", "app"), "io.micrometer..");
    }

    @Test
    void onlyCheckpointsKnowTheObjectStore() {
        PACKAGES.only(Set.of("checkpoint"), "software.amazon..");
    }

    @Test
    void curriculumCheckpointsAndTheMethodDoNotKnowTheStudentOrItsLoop() {
        PACKAGES.doNotKnow(Set.of("curriculum", "checkpoint", "method.."), Set.of("", "student", "control", "app"));
        PACKAGES.doNotKnow(Set.of("student", "control", "metrics", "condense", "config"), Set.of("", "app"));
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
                .check(PACKAGES.classes());
    }

    @Test
    void theLoopIsAloneOnItsThread() {
        noClasses()
                .that()
                .haveSimpleName("TrainingLoop")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent.locks..", "java.util.concurrent.atomic..")
                .check(PACKAGES.classes());
    }
}
