// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;

/**
 * Each test class says what it starts, so that the profile {@code unit} can leave it out: {@link UsesBroker}, {@link UsesQuarkus},
 * {@link UsesCluster}. A module's {@code TestTagsTest} extends this; a class without a tag is a unit test.
 */
public abstract class TagRules {

    private static final String QUARKUS_TEST = "io.quarkus.test.junit.QuarkusTest";
    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .importLocations(Stream.concat(
                                Stream.of(Location.of(Path.of("target", "test-classes"))),
                                Locations.ofPackage(TagRules.class.getPackageName()).stream())
                        .collect(Collectors.toSet()));
    }

    @Test
    void everyTestThatTalksToTheBrokerSaysSo() {
        BrokerUse use = new BrokerUse(classes);
        assertThat(tests(test -> !isTagged(test) && use.reaches(test)))
                .as("test classes that start the broker, to be annotated with @UsesBroker")
                .isEmpty();
    }

    @Test
    void everyQuarkusTestSaysSo() {
        assertThat(tests(test -> test.isAnnotatedWith(QUARKUS_TEST) && !has(test, UsesQuarkus.class)))
                .as("test classes that start an application, to be annotated with @UsesQuarkus")
                .isEmpty();
    }

    @Test
    void everyTestOfProcessesSaysSo() {
        assertThat(tests(test -> test.getSimpleName().endsWith("IT") && !has(test, UsesCluster.class)))
                .as("test classes that start processes, to be annotated with @UsesCluster")
                .isEmpty();
    }

    private static List<String> tests(Predicate<JavaClass> wanted) {
        return classes.stream()
                .filter(found -> found.getMethods().stream().anyMatch(method -> method.isMetaAnnotatedWith(Testable.class)))
                .filter(wanted)
                .map(JavaClass::getName)
                .sorted()
                .toList();
    }

    private static boolean isTagged(JavaClass test) {
        return has(test, UsesBroker.class) || has(test, UsesQuarkus.class) || has(test, UsesCluster.class);
    }

    private static boolean has(JavaClass test, Class<? extends Annotation> tag) {
        return test.isAnnotatedWith(tag)
                || test.getEnclosingClass().map(outer -> has(outer, tag)).orElse(false);
    }
}
