// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The rules of layering that all modules share; a module's test states which of its packages are meant. */
public final class ArchitectureRules {

    private final String root;
    private final JavaClasses classes;

    /**
     * The main classes of a module.
     *
     * @param root the package that holds them all, such as {@code io.wildstream.trainer}
     */
    public ArchitectureRules(String root) {
        this.root = root;
        this.classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(root);
    }

    /** The classes, for a rule that only one module has. */
    public JavaClasses classes() {
        return classes;
    }

    /** No two packages need each other, neither directly nor by way of others. */
    public void haveNoCycles() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return type.getPackageName().startsWith(root)
                                ? SliceIdentifier.of(type.getPackageName())
                                : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "packages of " + root;
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    /**
     * Only some packages know some libraries.
     *
     * @param libraries package patterns, such as {@code ai.djl..}
     * @param packages patterns below the root; the root itself is the empty string
     */
    public void only(Set<String> packages, String... libraries) {
        noClasses()
                .that()
                .resideOutsideOfPackages(patterns(packages))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries)
                .check(classes);
    }

    /** Packages of a module that do not know others, all by patterns below the root. */
    public void doNotKnow(Set<String> packages, Set<String> others) {
        noClasses()
                .that()
                .resideInAnyPackage(patterns(packages))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(patterns(others))
                .check(classes);
    }

    private String[] patterns(Set<String> packages) {
        return packages.stream()
                .map(name -> name.isEmpty() ? root : root + "." + name)
                .toArray(String[]::new);
    }

    /**
     * Every package can be taken in at a glance.
     *
     * @param most top-level classes of a package
     */
    public void holdAtMost(int most) {
        Map<String, Long> large = new TreeMap<>(classes.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting())));
        large.values().removeIf(count -> count <= most);
        assertThat(large).as("packages of more than %d classes", most).isEmpty();
    }
}
