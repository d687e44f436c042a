// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.TestStudents;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Java client that OpenAPI Generator makes of the document compiles, and its typed calls come back with what is there. */
@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
@Tag("long")
class GeneratedClientTest {

    private static final String ID = "generated";

    @TempDir
    Path directory;

    @Test
    void storesASampleAndReadsWhatIsThere() throws Exception {
        // Given
        try (Door door = new Door()) {
            TestStudents students = new TestStudents(door);
            students.curriculum(ID);
            students.create(ID, ID, TestStudents.self());
            Path document = Files.writeString(
                    directory.resolve("openapi.json"),
                    door.get("/q/openapi?format=json").body());
            Path picture = Files.write(directory.resolve("picture.png"), new byte[] {1});

            // When
            generate(document);
            compile();
            Object seen;
            try (URLClassLoader loader = new URLClassLoader(
                    new URL[] {directory.resolve("classes").toUri().toURL()},
                    getClass().getClassLoader())) {
                seen = loader.loadClass("Use")
                        .getMethod("everything", String.class, String.class, String.class, String.class)
                        .invoke(null, "http://127.0.0.1:" + port(), ID, ID, picture.toString());
            }

            // Then
            assertThat(seen)
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .satisfiesExactly(
                            stored -> assertThat(stored.toString()).matches("stored generated-1 at \\d+"),
                            curriculum -> assertThat(curriculum).isEqualTo("curriculum keeps at random 0.5"),
                            student -> assertThat(student).isEqualTo("student of " + ID),
                            refused -> assertThat(refused).isEqualTo("refused 404"));
        }
    }

    private void generate(Path document) throws Exception {
        Path log = directory.resolve("generator.log");
        Process generator = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        System.getProperty("test.openapi-generator"),
                        "generate",
                        "--generator-name=java",
                        "--library=native",
                        "--input-spec=" + document,
                        "--output=" + directory.resolve("client"),
                        "--invoker-package=io.wildstream.generated",
                        "--api-package=io.wildstream.generated.api",
                        "--model-package=io.wildstream.generated.model",
                        "--additional-properties=openApiNullable=false,useJakartaEe=true,hideGenerationTimestamp=true")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(generator.waitFor(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(generator.exitValue()).as("%s", log).isZero();
    }

    private void compile() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none",
                "-nowarn",
                "-d",
                directory.resolve("classes").toString(),
                "-cp",
                System.getProperty("java.class.path")));
        URL use = Objects.requireNonNull(getClass().getResource("/generated-client/Use.java"));
        arguments.add(new File(use.toURI()).toString());
        try (Stream<Path> sources = Files.walk(directory.resolve("client/src/main/java"))) {
            sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
        }
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0]));
        assertThat(status).isZero();
    }

    private static int port() {
        return ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
    }
}
