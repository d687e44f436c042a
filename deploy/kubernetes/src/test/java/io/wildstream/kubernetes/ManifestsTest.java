// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every overlay: each object is one that an API server takes, and together they make a cluster. */
class ManifestsTest {

    private static final StrictReader READER = new StrictReader();

    static Stream<String> overlays() {
        return ClusterManifests.directories().stream().map(Path::getFileName).map(Path::toString);
    }

    /** Everything that the reader says of some objects and the checks of the whole cluster. */
    static List<String> problems(ClusterManifests cluster, List<Manifest> read) {
        List<String> problems = new ArrayList<>();
        read.forEach(object -> problems.addAll(READER.problems(object)));
        Check.ALL.forEach(check -> check.check(cluster, problems::add));
        return problems;
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void anOverlayIsAClusterThatWorks(String overlay) {
        // Given
        ClusterManifests cluster = ClusterManifests.of(overlay);

        // When
        List<String> problems = problems(cluster, cluster.objects());

        // Then
        assertThat(cluster.services()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(problems).isEmpty();
    }

    @Test
    void devLeavesMostOfATrialClusterFree() {
        // Given
        ClusterManifests dev = ClusterManifests.of("dev");

        // When
        List<String> requests = dev.workloads().stream()
                .map(workload -> workload.containers().get(0))
                .map(container -> container.at("/resources/requests/cpu").asText())
                .toList();

        // Then
        assertThat(requests).hasSize(5).containsOnly("100m");
    }
}
