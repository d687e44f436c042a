// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusTest {

    @TempDir
    Path directory;

    @Test
    void saysHowToGetItWhenItIsNotThere() throws IOException {
        // Given
        Files.createFile(directory.resolve("prometheus"));

        // Then
        assertThatThrownBy(() -> Prometheus.find(directory + File.pathSeparator))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("--with-prometheus")
                .hasMessageContaining("apt-get install prometheus");
    }

    @Test
    void takesTheFirstProgramOfThePath() throws IOException {
        // Given
        Path program = Files.createFile(
                Files.createDirectory(directory.resolve("second")).resolve("prometheus"));
        assertThat(program.toFile().setExecutable(true)).isTrue();

        // When
        Path found = Prometheus.find(directory.resolve("first") + File.pathSeparator + program.getParent());

        // Then
        assertThat(found).isEqualTo(program);
    }

    @Test
    void scrapesEveryServiceUnderItsName() throws IOException {
        // Given
        Map<String, Integer> ports =
                Map.of("gateway", 1, "broker", 2, "teacher-1", 3, "trainer-dfnd", 4, "condenser", 5);

        // When
        Prometheus.target(
                directory, List.of("broker", "gateway", "teacher-1", "trainer-dfnd", "condenser", "prometheus"), ports);

        // Then
        JsonNode targets =
                new ObjectMapper().readTree(directory.resolve("targets.json").toFile());
        assertThat(targets).hasSize(4);
        assertThat(targets)
                .map(target -> target.at("/targets/0").asText() + " "
                        + target.at("/labels/job").asText())
                .containsExactly(
                        "127.0.0.1:1 wildstream-gateway",
                        "127.0.0.1:3 wildstream-teacher",
                        "127.0.0.1:4 wildstream-trainer",
                        "127.0.0.1:5 wildstream-trainer");
    }

    @Test
    void isConfiguredWithTheRulesOfTheInstallation() throws IOException {
        // Given
        Path root = Path.of("").toAbsolutePath().getParent().getParent();

        // When
        Prometheus.configure(directory, new Installation(root), Path.of("/a \"home\"/token"));

        // Then
        assertThat(directory.resolve("prometheus.yml"))
                .content()
                .contains("wildstream.rules.yaml")
                .endsWith("    authorization:\n      credentials_file: \"/a \\\"home\\\"/token\"\n");
        assertThat(directory.resolve("wildstream.rules.yaml"))
                .hasSameTextualContentAs(root.resolve("deploy/prometheus/rules/wildstream.rules.yaml"));
    }
}
