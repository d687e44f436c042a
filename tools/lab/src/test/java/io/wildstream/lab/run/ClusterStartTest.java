// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.TestWorkloads;
import io.wildstream.lab.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that cannot succeed: nothing runs then, and what was made is deleted. */
class ClusterStartTest {

    @TempDir
    Path directory;

    private final StringWriter written = new StringWriter();
    private final List<Runnable> stops = new ArrayList<>();

    @Test
    void namesATakenPortBeforeAnythingStarts() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Workload workload = TestWorkloads.workload(List.of("dfnd"), taken.getLocalPort());
            ClusterStart start = ClusterStart.of("demo", context(), workload);

            // When // Then
            assertThatThrownBy(start::requireReady)
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
        assertThat(written.toString()).isEmpty();
        assertThat(stops).isEmpty();
    }

    @Test
    void asksForNoPortsWhenTheyAreFree() {
        // Given
        ClusterStart start = ClusterStart.of("demo", context(), TestWorkloads.workload(List.of("dfnd"), null));

        // When
        start.requireReady();

        // Then
        assertThat(written.toString()).isEmpty();
    }

    @Test
    void failsWithoutABuiltInstallationAndLeavesNoProcess() {
        // Given
        Workload workload = TestWorkloads.workload(List.of("dfnd", "random"), null);
        RunContext context = context();
        RunDirectory run = RunDirectory.create(context.home(), "demo", false);
        ClusterStart start = ClusterStart.of("demo", context, workload).evaluate(true);

        // When // Then
        assertThatThrownBy(() -> start.start(teacher(workload, context), run)).isInstanceOf(RuntimeException.class);
        assertThat(written.toString())
                .contains("cluster     starting broker, gateway, teacher, selector and 2 trainer(s)");
        assertThat(context.home().stateFile()).doesNotExist();
        assertThat(run.path().resolve("holdout.pb.gz")).exists();
    }

    @Test
    void theStopOfTheProgramDeletesTheDirectory() {
        // Given
        Workload workload = TestWorkloads.workload(List.of("dfnd"), null);
        RunContext context = context();
        RunDirectory run = RunDirectory.create(context.home(), "chaos", false);
        ClusterStart start = ClusterStart.of("chaos", context, workload).replicas(2, 3);
        assertThatThrownBy(() -> start.start(teacher(workload, context), run)).isInstanceOf(RuntimeException.class);

        // When
        stops.forEach(Runnable::run);

        // Then
        assertThat(stops).hasSize(1);
        assertThat(run.path()).doesNotExist();
        assertThat(written.toString()).contains("2 teachers, 3 selectors and 1 trainer(s)");
    }

    @Test
    void keepsTheHoldoutFileOfAnEarlierStart() throws IOException {
        // Given
        Workload workload = TestWorkloads.workload(List.of("dfnd"), null);
        RunContext context = context();
        Path holdout = context.home().cluster().resolve("holdout.pb.gz");
        Files.createDirectories(holdout.getParent());
        Files.writeString(holdout, "of the first start");
        ClusterStart start =
                ClusterStart.of("up", context, workload).evaluate(true).trainers(List.of());

        // When
        assertThatThrownBy(() -> start.start(
                        teacher(workload, context),
                        RunDirectory.permanent(context.home().cluster())))
                .isInstanceOf(RuntimeException.class);
        stops.forEach(Runnable::run);

        // Then
        assertThat(holdout).hasContent("of the first start");
        assertThat(written.toString()).contains("starting broker, gateway, teacher, selector" + System.lineSeparator());
    }

    private TeacherCache.Teacher teacher(Workload workload, RunContext context) {
        return workload.teacher(context.home(), context.screen());
    }

    private RunContext context() {
        return new RunContext(
                new Home(directory.resolve("home")),
                new Installation(directory.resolve("nothing")),
                new Screen(new PrintWriter(written), false, 100),
                stops::add);
    }
}
