// SPDX-License-Identifier: Apache-2.0
package io.wildstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layouts of small applications that have the shape of Quarkus' own. */
class ImageLayoutTest {

    @TempDir
    Path repository;

    @BeforeEach
    void build() throws IOException {
        Path teacher = repository.resolve("teacher-service/target/quarkus-app");
        jar(teacher.resolve("quarkus-run.jar"), "io/Run.class");
        jar(teacher.resolve("app/teacher-service-1.jar"), "io/Teacher.class");
        jar(teacher.resolve("quarkus/generated-bytecode.jar"), "io/quarkus/runner/GeneratedMain.class");
        jar(teacher.resolve("quarkus/transformed-bytecode.jar"), "io/Teacher.class");
        jar(teacher.resolve("lib/boot/org.jboss.logging-3.jar"), "io/Log.class");
        jar(teacher.resolve("lib/main/io.wildstream.engine-1.jar"), "io/Engine.class");
        jar(
                teacher.resolve("lib/main/ai.djl.pytorch.pytorch-native-cpu-2.7.1-linux-x86_64.jar"),
                "native/lib/pytorch.properties",
                "pytorch/cpu/linux-x86_64/libtorch.so",
                "pytorch/cpu/linux-x86_64/libgomp-98b21ff3.so.1");
        jar(
                teacher.resolve("lib/main/ai.djl.pytorch.pytorch-jni-2.7.1-0.35.1.jar"),
                "jnilib/pytorch.properties",
                "jnilib/linux-x86_64/cpu/libdjl_torch.so",
                "jnilib/linux-x86_64/cu128/libdjl_torch.so",
                "jnilib/linux-aarch64/cpu/libdjl_torch.so",
                "jnilib/win-x86_64/cpu/djl_torch.dll");
        jar(teacher.resolve("lib/main/ai.djl.pytorch.pytorch-engine-0.35.1.jar"), "ai/Engine.class");
        jar(
                teacher.resolve("lib/main/com.github.luben.zstd-jni-1.jar"),
                "linux/amd64/libzstd-jni-1.so",
                "linux/aarch64/libzstd-jni-1.so",
                "darwin/aarch64/libzstd-jni-1.dylib");
    }

    @Test
    void jarsAreInTheLayersOfTheirChangesAndChangedClassesComeFirst() throws IOException {
        // Given
        Path target = repository.resolve("image");

        // When
        new ImageLayout(ImageKind.TEACHER, repository, target, Architecture.AMD64).write();

        // Then
        try (JarFile launcher = new JarFile(target.resolve("app/launch.jar").toFile())) {
            var attributes = launcher.getManifest().getMainAttributes();
            assertThat(attributes.getValue("Main-Class")).isEqualTo("io.quarkus.runner.GeneratedMain");
            assertThat(attributes.getValue("Add-Opens")).isEqualTo("java.base/java.lang");
            assertThat(attributes.getValue("Class-Path").split(" "))
                    .containsExactly(
                            "../app/transformed-bytecode.jar",
                            "../app/generated-bytecode.jar",
                            "../app/io.wildstream.engine-1.jar",
                            "../app/teacher-service-1.jar",
                            "../lib/ai.djl.pytorch.pytorch-engine-0.35.1.jar",
                            "../lib/ai.djl.pytorch.pytorch-jni-2.7.1-0.35.1.jar",
                            "../lib/ai.djl.pytorch.pytorch-native-cpu-2.7.1-linux-x86_64.jar",
                            "../lib/com.github.luben.zstd-jni-1.jar",
                            "../lib/org.jboss.logging-3.jar")
                    .allSatisfy(jar ->
                            assertThat(target.resolve("app").resolve(jar)).isRegularFile());
        }
        assertThat(target.resolve("app/launch.args"))
                .content()
                .contains("-XX:MaxRAMPercentage=40", "-XX:+ExitOnOutOfMemoryError")
                .endsWith("-jar\n/opt/wildstream/app/launch.jar\n");
        assertThat(target.resolve("app/config/application.properties"))
                .content()
                .contains("kafka.bootstrap.servers=${KAFKA_BOOTSTRAP_SERVERS}", "wildstream.teacher.models=/models");
    }

    @Test
    void nativeLibrariesOfOneArchitectureLieUnpackedAndAreInNoJar() throws IOException {
        // Given
        Path target = repository.resolve("image");

        // When
        new ImageLayout(ImageKind.TEACHER, repository, target, Architecture.AMD64).write();

        // Then
        assertThat(libraries(target))
                .containsExactly(
                        "djl-gpu/pytorch/2.7.1-cu128-linux-x86_64/0.35.1-libdjl_torch.so",
                        "djl/pytorch/2.7.1-cpu-linux-x86_64/0.35.1-libdjl_torch.so",
                        "native/libzstd-jni.so",
                        "torch/libgomp-98b21ff3.so.1",
                        "torch/libtorch.so");
        try (Stream<Path> jars =
                Files.walk(target).filter(file -> file.toString().endsWith(".jar"))) {
            assertThat(jars)
                    .allSatisfy(
                            jar -> assertThat(entries(jar)).noneMatch(name -> name.matches(".*\\.(so|dll|dylib).*")));
        }
        assertThat(entries(target.resolve("lib/ai.djl.pytorch.pytorch-jni-2.7.1-0.35.1.jar")))
                .containsExactly("jnilib/pytorch.properties");
    }

    @Test
    void theSameProgramGivesTheSameBytesAndTimes() throws IOException {
        // Given
        Path first = repository.resolve("first");
        Path second = repository.resolve("second");
        new ImageLayout(ImageKind.TEACHER, repository, first, Architecture.AMD64).write();

        // When
        new ImageLayout(ImageKind.TEACHER, repository, second, Architecture.AMD64).write();

        // Then
        assertThat(contents(second)).isEqualTo(contents(first)).hasSizeGreaterThan(15);
    }

    @Test
    void aProgramOfAnotherArchitectureIsRefusedWithTheFix() {
        // Given
        var layout =
                new ImageLayout(ImageKind.TEACHER, repository, repository.resolve("image"), Architecture.of("aarch64"));

        // When // Then
        assertThatThrownBy(layout::write)
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("teacher-service was not built for linux-aarch64")
                .hasMessageContaining("-Dtorch.native.classifier=linux-aarch64");
    }

    @Test
    void whatWasNotBuiltOrDoesNotExistIsNamed() {
        // Given
        var layout = new ImageLayout(ImageKind.GATEWAY, repository, repository.resolve("image"), Architecture.AMD64);

        // When // Then
        assertThatThrownBy(layout::write)
                .hasMessageContaining("gateway/target/quarkus-app")
                .hasMessageContaining("./mvnw");
        assertThatThrownBy(() -> ImageKind.of("gatway"))
                .hasMessageContaining("'gatway'")
                .hasMessageContaining("gateway");
        assertThatThrownBy(() -> Architecture.of("riscv64")).hasMessageContaining("'riscv64'");
    }

    private static void jar(Path jar, String... names) throws IOException {
        Files.createDirectories(jar.getParent());
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
    }

    private static List<String> entries(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().map(entry -> entry.getName()).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> libraries(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(target)) {
            return files.map(file -> target.relativize(file).toString())
                    .filter(name -> name.matches(".*\\.so(\\.\\d+)?"))
                    .sorted()
                    .toList();
        }
    }

    private static Map<String, String> contents(Path target) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(target)) {
            for (Path file : files.toList()) {
                String bytes = Files.isDirectory(file)
                        ? "directory"
                        : java.util.HexFormat.of().formatHex(Files.readAllBytes(file));
                contents.put(target.relativize(file).toString(), Files.getLastModifiedTime(file) + " " + bytes);
            }
        }
        return contents;
    }
}
