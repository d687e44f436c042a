// SPDX-License-Identifier: Apache-2.0
package io.wildstream.images;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Lays out the files of an image as the directories that become its layers, those first that change least: {@code torch}, {@code native}
 * and {@code djl} (native libraries), {@code lib} (dependencies), {@code app} (this project). Equal input gives equal files with equal
 * times, so that a layer that did not change has the digest that it had.
 */
public final class ImageLayout {

    /** Where the directories lie in the image. */
    static final String ROOT = "/opt/wildstream";

    /** Names main class and class path, in the {@code app} directory. */
    static final String JAR = "launch.jar";

    /** Java options and jar, in the {@code app} directory. */
    static final String LAUNCH = "launch.args";

    /** Configuration that environment variables override, in the {@code app} directory, which is the working directory. */
    static final String DEFAULTS = "config/application.properties";

    /** The class that Quarkus generates to start an application without its own class loader. */
    private static final String QUARKUS_MAIN = "io.quarkus.runner.GeneratedMain";

    private static final String BROKER_MAIN = "io.wildstream.cluster.broker.BrokerMain";

    /** What the broker does not need of the command line's libraries. */
    private static final Pattern NOT_OF_THE_BROKER = Pattern.compile(
            "(engine-|selection-|client-|lab-|api-|pytorch-|jna-|grpc-|netty-|perfmark-|picocli|commons-compress|xz-).*");

    private static final Pattern OWN = Pattern.compile(
            "(io\\.wildstream\\.|teacher-|selector-|trainer-|gateway-|contracts-|service-kit-|local-cluster-|generated-|transformed-).*");

    /** Layers are compared by content and time: any fixed time will do that lies after 1980, where a zip file's calendar begins. */
    private static final FileTime TIME = FileTime.from(Instant.parse("2025-01-01T00:00:00Z"));

    private static final List<String> LAYERS = List.of("torch", "native", "djl", "djl-gpu", "lib", "app", "data");

    private final ImageKind kind;
    private final Path repository;
    private final Path target;
    private final Architecture architecture;

    ImageLayout(ImageKind kind, Path repository, Path target, Architecture architecture) {
        this.kind = kind;
        this.repository = repository;
        this.target = target;
        this.architecture = architecture;
    }

    /** Arguments: last part of the image's name, the repository, the directory to make, the architecture. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4) {
            throw new ClusterException("arguments: IMAGE REPOSITORY TARGET ARCHITECTURE");
        }
        new ImageLayout(
                        ImageKind.of(arguments[0]),
                        Path.of(arguments[1]),
                        Path.of(arguments[2]),
                        Architecture.of(arguments[3]))
                .write();
    }

    /**
     * Writes the directories; what was in them is deleted.
     *
     * @throws ClusterException when the program was not built, or was built for another architecture
     */
    void write() throws IOException {
        Map<String, Path> jars = jars();
        Home.delete(target);
        for (String layer : LAYERS) {
            Files.createDirectories(target.resolve(layer));
        }
        JarCopy copy = new JarCopy(libraries(jars), target);
        for (Map.Entry<String, Path> jar : jars.entrySet()) {
            copy.copy(jar.getValue(), target.resolve(jar.getKey()));
        }
        requireTorch();
        writeJar(jars);
        Files.write(target.resolve("app").resolve(LAUNCH), launch());
        if (kind.service()) {
            Path defaults = target.resolve("app").resolve(DEFAULTS);
            Files.createDirectories(defaults.getParent());
            Files.write(defaults, defaults());
        }
        setTimes();
    }

    /** Path in the image by which each jar is found, in the order of the class path. */
    private Map<String, Path> jars() throws IOException {
        Map<String, Path> application = new TreeMap<>(Comparator.comparing(ImageLayout::rank));
        Map<String, Path> dependencies = new TreeMap<>();
        for (Path jar : kind.service() ? serviceJars() : brokerJars()) {
            String name = jar.getFileName().toString();
            boolean own = OWN.matcher(name).matches();
            (own ? application : dependencies).put((own ? "app/" : "lib/") + name, jar);
        }
        Map<String, Path> all = new LinkedHashMap<>(application);
        all.putAll(dependencies);
        return all;
    }

    /** Classes that Quarkus has changed hide the originals, so that they come first. */
    private static String rank(String jar) {
        return (jar.endsWith("transformed-bytecode.jar") ? "0" : jar.endsWith("generated-bytecode.jar") ? "1" : "2")
                + jar;
    }

    private List<Path> serviceJars() throws IOException {
        Path app = repository.resolve(kind.image()).resolve("target/quarkus-app");
        require(Files.isDirectory(app.resolve("quarkus")), app);
        return found(app, jar -> !jar.endsWith("quarkus-run.jar"));
    }

    private List<Path> brokerJars() throws IOException {
        Path libraries = repository.resolve("tools/cli/target/lib");
        require(Files.isDirectory(libraries), libraries);
        return found(
                libraries,
                jar -> !NOT_OF_THE_BROKER.matcher(jar.getFileName().toString()).matches());
    }

    private static void require(boolean built, Path directory) {
        if (!built) {
            throw new ClusterException(
                    directory + " is not there: build it first with ./mvnw -Dquick -DskipTests package");
        }
    }

    private static List<Path> found(Path directory, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(wanted)
                    .sorted()
                    .toList();
        }
    }

    private NativeLibraries libraries(Map<String, Path> jars) {
        return new NativeLibraries(
                architecture, version(jars, "pytorch-native-cpu-"), version(jars, "pytorch-engine-"));
    }

    private static String version(Map<String, Path> jars, String artifact) {
        Pattern name = Pattern.compile(".*" + artifact + "(\\d+\\.\\d+\\.\\d+).*\\.jar");
        return jars.keySet().stream()
                .map(name::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElse("none");
    }

    private void requireTorch() {
        if (kind.torch() && !Files.exists(target.resolve("torch/libtorch.so"))) {
            throw new ClusterException(kind.image() + " was not built for " + architecture.djl()
                    + ": build it there, or with -Dtorch.native.classifier=" + architecture.djl());
        }
    }

    /** The ahead-of-time cache knows classes of the class path alone, so that Quarkus' own class loader is left out. */
    private void writeJar(Map<String, Path> jars) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, kind.service() ? QUARKUS_MAIN : BROKER_MAIN);
        attributes.put(
                Attributes.Name.CLASS_PATH,
                jars.keySet().stream().map(jar -> "../" + jar).collect(Collectors.joining(" ")));
        // As in the manifest of Quarkus' own launcher.
        attributes.putValue("Add-Opens", "java.base/java.lang");
        attributes.putValue("Enable-Native-Access", "ALL-UNNAMED");
        try (OutputStream file = Files.newOutputStream(target.resolve("app").resolve(JAR));
                ZipOutputStream zip = new ZipOutputStream(file)) {
            ZipEntry entry = new ZipEntry(JarFile.MANIFEST_NAME);
            entry.setTimeLocal(LocalDateTime.ofInstant(TIME.toInstant(), ZoneOffset.UTC));
            zip.putNextEntry(entry);
            manifest.write(zip);
            zip.closeEntry();
        }
    }

    /** The Java options that never change, in the form that {@code java @file} reads. */
    private List<String> launch() {
        List<String> lines = new ArrayList<>(List.of(
                "-XX:+UseSerialGC",
                "-XX:MaxRAMPercentage=" + kind.heapPercent(),
                "-XX:+ExitOnOutOfMemoryError",
                // JDK 25.0.3 finds some of the adapters that it has stored under other names, warns, and makes them
                // again.
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-AOTAdapterCaching",
                "-Djava.awt.headless=true",
                "-Djava.library.path=" + ROOT + "/native",
                "-DZstdNativePath=" + ROOT + "/native/libzstd-jni.so",
                "-Dorg.xerial.snappy.lib.path=" + ROOT + "/native"));
        if (kind.torch()) {
            lines.add("-Djna.boot.library.path=" + ROOT + "/native");
            lines.add("-Dai.djl.offline=true");
            lines.add("-Dai.djl.pytorch.num_threads=1");
            lines.add("-Dai.djl.pytorch.num_interop_threads=1");
        }
        if (kind.service()) {
            lines.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        }
        lines.add("-jar");
        lines.add(ROOT + "/app/" + JAR + (kind.service() ? "" : " " + ImageKind.DATA + "/kafka"));
        return lines;
    }

    /** Quarkus reads them in the working directory, before the service's own defaults and after environment variables. */
    private List<String> defaults() {
        List<String> lines = new ArrayList<>(List.of(
                "quarkus.http.host=0.0.0.0",
                "quarkus.banner.enabled=false",
                "kafka.bootstrap.servers=${KAFKA_BOOTSTRAP_SERVERS}"));
        lines.addAll(kind.defaults());
        return lines;
    }

    private void setTimes() throws IOException {
        try (Stream<Path> files = Files.walk(target)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.setLastModifiedTime(file, TIME);
            }
        }
    }
}
