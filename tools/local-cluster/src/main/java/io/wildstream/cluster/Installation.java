// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The built program: the repository with the jars of all services.
 *
 * @param root the repository's root
 */
public record Installation(Path root) {

    private static final java.util.List<String> SERVICES =
            java.util.List.of("gateway", "teacher-service", "selector-service", "trainer-service");

    /** System property that names the root; the launcher script sets it. */
    public static final String ROOT_PROPERTY = "wildstream.root";

    /** The root that the launcher script named, or the working directory. */
    public static Installation find() {
        String named = System.getProperty(ROOT_PROPERTY);
        if (named != null) {
            return new Installation(Path.of(named).toAbsolutePath().normalize());
        }
        return new Installation(Path.of("").toAbsolutePath());
    }

    /**
     * The runnable jar of a service.
     *
     * @throws ClusterException when it was not built
     */
    public Path serviceJar(String module) {
        Path jar = root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            throw new ClusterException(jar + " is missing: build it with './mvnw -Dquick package' in " + root);
        }
        return jar;
    }

    /**
     * Checks that everything a cluster needs was built.
     *
     * @throws ClusterException when something was not
     */
    public void requireBuilt() {
        SERVICES.forEach(this::serviceJar);
        agentJar();
    }

    /** The directory of the untrained architectures. */
    public Path models() {
        return root.resolve("deploy/models");
    }

    /** The directory of the jars that the command line and its child processes run from. */
    public Path libraries() {
        return root.resolve("tools/cli/target/lib");
    }

    /** This module's own jar, the Java agent of every child process. */
    public Path agentJar() {
        try (var files = Files.list(libraries())) {
            Optional<Path> jar = files.filter(
                            file -> file.getFileName().toString().matches("local-cluster-[0-9].*\\.jar"))
                    .sorted()
                    .findFirst();
            return jar.orElseThrow(() -> new ClusterException(
                    libraries() + " holds no local-cluster-*.jar: build it with './mvnw -Dquick package' in " + root));
        } catch (java.nio.file.NoSuchFileException e) {
            throw new ClusterException(
                    libraries() + " is missing: build it with './mvnw -Dquick package' in " + root, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Class path of a child process that runs a class of the tools. */
    public String classPath() {
        return libraries() + "/*";
    }
}
