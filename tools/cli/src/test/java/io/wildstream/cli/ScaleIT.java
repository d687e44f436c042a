// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.process.ChildProcess;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.lab.chaos.Gate;
import io.wildstream.lab.chaos.GatedSamples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Teachers and selectors from one to two and back to one, then every service restarted in order, all while samples come. */
@Tag("long")
@UsesCluster
class ScaleIT {

    private static final int SAMPLES = 1600;
    private static final double SAMPLES_PER_SECOND = 40;

    @TempDir
    Path directory;

    @Test
    void scalingAndRollingRestartsLoseNothingAndRepeatNothing() throws Exception {
        // Given
        Rehearsal rehearsal = new Rehearsal(directory, SAMPLES);
        StreamProof proof;
        List<String> left;
        try (Cluster cluster = rehearsal.start(Map.of());
                GatewayClient gateway = GatewayClient.connect(cluster.port("gateway"))) {
            rehearsal.command(gateway);
            Gate gate = new Gate(0);

            // When
            try (Feeding feeding =
                    new Feeding(gateway, new GatedSamples(rehearsal.mixture(), gate), SAMPLES_PER_SECOND, true)) {
                List<Runnable> changes = List.of(
                        () -> cluster.addTeacher(1),
                        () -> cluster.addSelector(1),
                        () -> cluster.stop("teacher"),
                        () -> cluster.stop("selector"),
                        () -> cluster.restart("teacher-1"),
                        () -> cluster.restart("selector-1"),
                        () -> cluster.restart("trainer-" + Rehearsal.STUDENT),
                        () -> cluster.restart("gateway"));
                underLoad(gate, changes, feeding);
                gate.open(SAMPLES);
                rehearsal.awaitFinished(cluster, gateway);
            }
            left = cluster.processes().stream().map(ChildProcess::name).toList();
            proof = rehearsal.prove(cluster, cluster.bootstrapServers(), new Topics(Topics.DEFAULT_PREFIX));
        }

        // Then
        assertThat(left)
                .containsExactlyInAnyOrder(
                        "broker", "gateway", "teacher-1", "selector-1", "trainer-" + Rehearsal.STUDENT);
        assertThat(proof.distinct()).isEqualTo(SAMPLES);
        assertThat(proof.deadLetters()).isZero();
        assertThat(proof.outputs().answered()).isEqualTo(proof.ingested());
    }

    /** Each change begins in the middle of a piece of the stream. */
    private static void underLoad(Gate gate, List<Runnable> changes, Feeding feeding) {
        long piece = SAMPLES / (changes.size() + 1);
        List<Runnable> rest = new ArrayList<>(changes);
        while (!rest.isEmpty()) {
            long begun = gate.passed();
            gate.open(begun + piece);
            await().atMost(Waits.OF_A_CLUSTER).until(() -> feeding.isDone() || gate.passed() >= begun + piece / 4);
            rest.remove(0).run();
        }
    }
}
