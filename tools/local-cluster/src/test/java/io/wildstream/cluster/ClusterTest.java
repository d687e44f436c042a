// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.process.StartProgress;
import io.wildstream.contracts.testkit.Waits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that join a cluster; none of them works, as nothing was built, and none needs to. */
class ClusterTest {

    private static final String NOT_WAITED_FOR = "not waited for";

    @TempDir
    Path directory;

    @Test
    void knowsThePortOfAProcessThatJoinedItAndLetsItBeScraped() throws IOException {
        // Given
        Home home = home();
        try (Cluster cluster = new Cluster(
                plan(home, Waits.PATIENT), installation(), new Silent(), ClusterTest::waitForPrometheusOnly)) {
            cluster.startPrometheus(FakePrometheus.program(directory));

            // When
            assertThatThrownBy(() -> cluster.addTeacher(1)).hasMessage(NOT_WAITED_FOR);
            assertThatThrownBy(() -> cluster.addSelector(2)).hasMessage(NOT_WAITED_FOR);

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

    @Test
    void givesUpWhatJoinsItAfterTheStartTimeout() throws IOException {
        // Given
        Home home = home();
        Path silent = Files.writeString(directory.resolve("prometheus"), "#!/bin/sh\nexec sleep 600\n");
        assertThat(silent.toFile().setExecutable(true)).isTrue();
        try (Cluster cluster = new Cluster(plan(home, Duration.ZERO), installation(), new Silent(), progress -> {})) {

            // When // Then
            assertThatThrownBy(() -> cluster.addTeacher(1))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageStartingWith("teacher-1 was not ready within 0 s")
                    .hasMessageEndingWith("(its log: " + home.logs().resolve("teacher-1.log") + ")")
                    .hasMessageNotContaining(System.lineSeparator());
            assertThatThrownBy(() -> cluster.startPrometheus(silent))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageStartingWith("prometheus was not ready within 0 s");
        }
    }

    private static void waitForPrometheusOnly(StartProgress progress) {
        if (!progress.text().startsWith(Prometheus.NAME)) {
            throw new ClusterException(NOT_WAITED_FOR);
        }
    }

    private Home home() throws IOException {
        Home home = new Home(directory.resolve("home"));
        Files.createDirectories(home.logs());
        return home;
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

    private ClusterPlan plan(Home home, Duration startTimeout) {
        return ClusterPlan.builder("test", home)
                .data(directory.resolve("data"))
                .teacherModel("teacher")
                .checkpointInterval(Duration.ofSeconds(1))
                .startTimeout(startTimeout)
                .build();
    }
}
