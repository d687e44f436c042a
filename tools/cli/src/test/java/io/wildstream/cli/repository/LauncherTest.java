// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code wildstream} in a checkout of its own, with the command line that these tests are compiled with. */
@Tag("slow")
class LauncherTest {

    @TempDir
    Path directory;

    private Path checkout = Path.of("");

    @BeforeEach
    void makeCheckout() throws IOException {
        assumeTrue(
                "UTF-8".equals(System.getProperty("sun.jnu.encoding")),
                "skipped: this JVM cannot name the directory of the test");
        checkout = Files.createDirectories(directory.resolve("Pfad mit Lücke"));
        Path target = Files.createDirectories(checkout.resolve("tools/cli/target"));
        Files.copy(Repository.ROOT.resolve("wildstream"), checkout.resolve("wildstream"));
        Files.copy(Repository.ROOT.resolve("pom.xml"), checkout.resolve("pom.xml"));
        writeJar(target.resolve("cli-" + version() + ".jar"));
    }

    @Test
    void findsACheckoutWithSpaceAndUmlautInTheLocaleOfACronJob() throws IOException, InterruptedException {
        // Given
        ProcessBuilder command =
                new ProcessBuilder("bash", checkout.resolve("wildstream").toString(), "status");
        command.directory(checkout.toFile()).redirectErrorStream(true);
        command.environment().put("WILDSTREAM_BUILD", "never");
        command.environment().put("LC_ALL", "C");

        // When
        Process process = command.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(process.waitFor()).as(output).isEqualTo(1);
        assertThat(output).contains("no cluster runs in " + checkout.resolve(".wildstream"));
    }

    private static String version() {
        Matcher version =
                Pattern.compile("(?m)^  <version>(.*)</version>").matcher(Repository.text(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    /** A jar without classes that leads to those of this JVM. */
    private static void writeJar(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                                .map(entry -> Path.of(entry).toUri().toString())
                                .collect(Collectors.joining(" ")));
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream unused = new JarOutputStream(file, manifest)) {
            assertThat(jar).exists();
        }
    }
}
