// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Prometheus beside a cluster: the program, its configuration with Wildstream's rules, and which processes it scrapes. */
public final class Prometheus {

    /** Name of its process. */
    public static final String NAME = "prometheus";

    private static final String RULES = "wildstream.rules.yaml";
    private static final String CONFIGURATION = """
            # Written by wildstream; read docs/metrics.md for what is scraped.
            global:
              scrape_interval: 5s
              evaluation_interval: 5s
            rule_files:
              - wildstream.rules.yaml
            scrape_configs:
              - job_name: wildstream
                metrics_path: /q/metrics
                file_sd_configs:
                  - files: [targets.json]
                    refresh_interval: 5s
            """;

    private Prometheus() {}

    /**
     * The program on the path.
     *
     * @throws ClusterException when there is none; the message says how to get it
     */
    public static Path find() {
        return find(System.getenv().getOrDefault("PATH", ""));
    }

    static Path find(String path) {
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, NAME))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(
                        () -> new ClusterException("--with-prometheus: there is no program 'prometheus' on the PATH."
                                + " Install it (Debian: apt-get install prometheus; macOS: brew install prometheus),"
                                + " or leave the option out"));
    }

    /** Where it keeps configuration and samples, under a cluster's data. */
    static Path directory(ClusterPlan plan) {
        return plan.data().resolve(NAME);
    }

    /** Writes its configuration, with the rules of the installation and the file of the gateway's token, if it wants one. */
    static void configure(Path directory, Installation installation, @Nullable Path token) {
        Path rules = installation.root().resolve("deploy/prometheus/rules").resolve(RULES);
        try {
            Files.createDirectories(directory);
            Files.copy(rules, directory.resolve(RULES), StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(directory.resolve("prometheus.yml"), CONFIGURATION + authorization(token));
        } catch (IOException e) {
            throw new ClusterException("the configuration of prometheus cannot be written: " + e, e);
        }
    }

    private static String authorization(@Nullable Path token) {
        return token == null ? "" : "    authorization:\n      credentials_file: " + Json.text(token.toString()) + "\n";
    }

    /**
     * Writes which processes it scrapes; it notices within seconds.
     *
     * @param processes names, the broker and itself left out
     * @param ports loopback port by process
     */
    static void target(Path directory, List<String> processes, Map<String, Integer> ports) {
        List<Map<String, Object>> targets = processes.stream()
                .filter(name -> !name.equals("broker") && !name.equals(NAME))
                .map(name -> Map.<String, Object>of(
                        "targets", List.of("127.0.0.1:" + Ports.of(ports, name)),
                        "labels", Map.of("job", "wildstream-" + service(name))))
                .toList();
        Json.write(directory.resolve("targets.json"), targets);
    }

    private static String service(String process) {
        return process.equals(ClusterPlan.CONDENSER) ? "trainer" : process.replaceFirst("-.*", "");
    }
}
