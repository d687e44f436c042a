// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each test class says what it starts, so that the profile {@code unit} can leave it out: {@link UsesBroker}, {@link UsesQuarkus},
 * {@link UsesCluster}. A module's {@code TestTagsTest} extends this; a class without a tag is a unit test.
 */
@Tag("slow")
public abstract class TagRules {

    private static final String QUARKUS_TEST = "io.quarkus.test.junit.QuarkusTest";
    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = imported(Stream.concat(
                        Stream.of(Location.of(Path.of("target", "test-classes"))),
                        Locations.ofPackage(TagRules.class.getPackageName()).stream())
                .collect(Collectors.toSet()));
    }

    /** Without what these classes use from elsewhere, which would take most of the time. */
    static JavaClasses imported(Set<Location> locations) {
        return ArchConfiguration.withThreadLocalScope(configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter().importLocations(locations);
        });
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
                .filter(TagRules::hasTests)
                .filter(wanted)
                .map(JavaClass::getName)
                .sorted()
                .toList();
    }

    /** By the names of the annotations: Test, ParameterizedTest, FuzzTest, TestFactory and so on. */
    private static boolean hasTests(JavaClass found) {
        return found.getMethods().stream()
                .flatMap(method -> method.getAnnotations().stream())
                .anyMatch(annotation -> annotation.getRawType().getSimpleName().matches(".*Test(Factory|Template)?"));
    }

    private static boolean isTagged(JavaClass test) {
        return has(test, UsesBroker.class) || has(test, UsesQuarkus.class) || has(test, UsesCluster.class);
    }

    private static boolean has(JavaClass test, Class<? extends Annotation> tag) {
        return test.isAnnotatedWith(tag)
                || test.getEnclosingClass().map(outer -> has(outer, tag)).orElse(false);
    }
}
