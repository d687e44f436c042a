package io.wildstream.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LocalArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.wildstream.local");

    @Test
    void deepLearningStaysBehindTheEngine() {
        noClasses().should().dependOnClassesThat().resideInAPackage("ai.djl..").check(CLASSES);
    }

    @Test
    void processesKnowNothingOfCommandsDemosOrImages() {
        noClasses()
                .that()
                .resideInAPackage("..cluster..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..command..", "..demo..", "..bench..", "..client..", "..data..", "..picture..")
                .check(CLASSES);
    }

    @Test
    void theClientKnowsNothingOfCommandsOrDemos() {
        noClasses()
                .that()
                .resideInAPackage("..client..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..command..", "..demo..", "..bench..", "..data..", "..picture..")
                .check(CLASSES);
    }

    @Test
    void onlyCommandsKnowTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..command..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(CLASSES);
    }

    @Test
    void theBrokerIsAProgramOfItsOwn() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..broker..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("kafka..", "io.wildstream.local.broker..")
                .check(CLASSES);
    }
}
