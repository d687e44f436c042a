// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that join a cluster; none of them works, as nothing was built, and none needs to. */
class ClusterTest {

    @TempDir
    Path directory;

    @Test
    void knowsThePortOfAProcessThatJoinedItAndLetsItBeScraped() throws IOException {
        // Given
        Home home = new Home(directory.resolve("home"));
        Files.createDirectories(home.logs());
        try (Cluster cluster = new Cluster(plan(home), installation(), new Silent(), progress -> {})) {
            cluster.startPrometheus(FakePrometheus.program(directory));

            // When
            assertThatThrownBy(() -> cluster.addTeacher(1))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageStartingWith("teacher-1 was not ready within 0 s")
                    .hasMessageEndingWith("(its log: " + home.logs().resolve("teacher-1.log") + ")")
                    .hasMessageNotContaining(System.lineSeparator());
            assertThatThrownBy(() -> cluster.addSelector(2))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageStartingWith("selector-2 was not ready within 0 s");

            // Then
            ClusterState state = ClusterState.read(home.stateFile()).orElseThrow();
            assertThat(state.ports())
                    .containsEntry("teacher-1", cluster.port("teacher-1"))
                    .containsEntry("selector-2", cluster.port("selector-2"));
            assertThat(Files.readString(directory.resolve("data/prometheus/targets.json")))
                    .contains("127.0.0.1:" + cluster.port("teacher-1"))
                    .contains("127.0.0.1:" + cluster.port("selector-2"));
        }
        assertThat(home.stateFile()).doesNotExist();
    }

    /** Looks as if everything had been built. */
    private Installation installation() throws IOException {
        Path root = directory.resolve("root");
        Path rules = Files.createDirectories(root.resolve("deploy/prometheus/rules"));
        Files.createFile(rules.resolve("wildstream.rules.yaml"));
        Files.createFile(
                Files.createDirectories(root.resolve("tools/cli/target/lib")).resolve("local-cluster-0.jar"));
        for (String module : List.of("teacher-service", "selector-service")) {
            Path built = Files.createDirectories(root.resolve(module).resolve("target/quarkus-app"));
            Files.createFile(built.resolve("quarkus-run.jar"));
        }
        return new Installation(root);
    }

    private ClusterPlan plan(Home home) {
        return ClusterPlan.builder("test", home)
                .data(directory.resolve("data"))
                .teacherModel("teacher")
                .checkpointInterval(Duration.ofSeconds(1))
                .startTimeout(Duration.ZERO)
                .build();
    }
}
