// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.process.JvmProfile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterPlanTest {

    private static final Home HOME = new Home(Path.of("home"));

    @Test
    void hasOneOfEachServiceByDefault() {
        // Given // When
        ClusterPlan plan = ClusterPlan.builder("up", HOME).build();

        // Then
        assertThat(plan.data()).isEqualTo(HOME.cluster());
        assertThat(plan.portBase()).isNull();
        assertThat(plan.teacherNames()).containsExactly("teacher");
        assertThat(plan.selectorNames()).containsExactly("selector");
        assertThat(plan.students()).isEmpty();
        assertThat(plan.holdout()).isNull();
        assertThat(plan.profile()).isEqualTo(JvmProfile.LONG_RUN);
        assertThat(plan.portUsers()).containsExactly("gateway", "broker", "controller", "teacher", "selector");
    }

    @Test
    void holdsWhatWasSet() {
        // Given // When
        ClusterPlan plan = ClusterPlan.builder("chaos", HOME)
                .data(Path.of("run"))
                .portBase(9750)
                .modelStores(List.of(Path.of("models")))
                .teacherModel("vgg")
                .teachers(2)
                .selectors(2)
                .students(List.of("dfnd", "random"))
                .holdout(Path.of("holdout.pb.gz"))
                .checkpointInterval(Duration.ofSeconds(2))
                .startTimeout(Duration.ofMinutes(1))
                .settings(Map.of("wildstream.gateway.max-backlog", "7"))
                .tokenFile(Path.of("token"))
                .profile(JvmProfile.SHORT_RUN)
                .build();

        // Then
        assertThat(plan)
                .isEqualTo(new ClusterPlan(
                        "chaos",
                        HOME,
                        Path.of("run"),
                        9750,
                        List.of(Path.of("models")),
                        "vgg",
                        2,
                        2,
                        List.of("dfnd", "random"),
                        Path.of("holdout.pb.gz"),
                        Duration.ofSeconds(2),
                        Duration.ofMinutes(1),
                        Map.of("wildstream.gateway.max-backlog", "7"),
                        Path.of("token"),
                        JvmProfile.SHORT_RUN,
                        null));
        assertThat(plan.portUsers())
                .containsExactly(
                        "gateway",
                        "broker",
                        "controller",
                        "teacher-0",
                        "teacher-1",
                        "selector-0",
                        "selector-1",
                        "trainer-dfnd",
                        "trainer-random");
    }

    @Test
    void refusesAClusterThatCannotWork() {
        // Given
        ClusterPlan.Builder noTeacher = ClusterPlan.builder("up", HOME).teachers(0);
        ClusterPlan.Builder noSelector = ClusterPlan.builder("up", HOME).selectors(0);
        ClusterPlan.Builder twins = ClusterPlan.builder("up", HOME).students(List.of("dfnd", "dfnd"));

        // When // Then
        assertThatThrownBy(noTeacher::build).hasMessage("a cluster needs at least one teacher");
        assertThatThrownBy(noSelector::build).hasMessage("a cluster needs at least one selector");
        assertThatThrownBy(twins::build).hasMessageContaining("different ids");
    }
}
