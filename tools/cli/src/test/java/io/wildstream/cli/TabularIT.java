// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.Policies;
import io.wildstream.client.proof.ProofReader;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterPlan;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.cluster.process.JvmProfile;
import io.wildstream.contracts.HoldoutFile;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ModelDescription;
import io.wildstream.lab.data.procedural.SyntheticTable;
import io.wildstream.lab.terminal.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a table in place of images, through all services as processes: a teacher of 32 features, and a student of each selection. */
@Tag("long")
@UsesCluster
class TabularIT {

    private static final List<String> STUDENTS = List.of(Policies.DFND, Policies.RANDOM);
    private static final int ROWS = 3000;
    /** Rows with a view, of another length, with a value that is not finite. */
    private static final int BAD = 30;
    /** Rows that are of no class. */
    private static final double NOISE = 0.3;

    private static final int HOLDOUT = 1000;
    private static final double RATE = 0.4;
    private static final int STEPS = 300;

    @TempDir
    Path directory;

    @Test
    void rowsOfATableAreDistilledWithExactCounts() throws Exception {
        // Given
        SyntheticTable table = new SyntheticTable(7, NOISE);
        Path holdout = directory.resolve("holdout.gz");
        HoldoutFile.write(holdout, labelled(new SyntheticTable(8, 0)));
        StreamProof proof;
        PipelineStatus status;
        try (Cluster cluster = start(holdout);
                GatewayClient gateway = GatewayClient.connect(cluster.port("gateway"))) {
            STUDENTS.forEach(name -> gateway.setPolicy(name, Policies.of(name, RATE, 1)));
            gateway.awaitPolicies(STUDENTS, 1);
            STUDENTS.forEach(name -> gateway.createStudent(name, name, spec()));

            // When
            try (Feeding feeding = new Feeding(gateway, stream(table), Double.POSITIVE_INFINITY, true)) {
                await().atMost(Waits.OF_A_CLUSTER).until(feeding::isDone);
            }
            await().atMost(Waits.OF_A_CLUSTER)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> {
                        cluster.requireWhole();
                        return new Progress(gateway.status(), ROWS + BAD, Duration.ZERO).finished(STUDENTS);
                    });
            status = gateway.status();
            cluster.stopServices();
            proof = ProofReader.read(cluster.bootstrapServers(), new Topics(Topics.DEFAULT_PREFIX));
            for (String name : STUDENTS) {
                assertThat(cluster.verify(name, Waits.OF_A_CLUSTER).weightsSha256())
                        .isEqualTo(proof.students().get(name).weightsSha256())
                        .hasSize(64);
            }
        }

        // Then
        assertThat(proof.holds()).as("%s", proof).isTrue();
        assertThat(proof.ingested()).isEqualTo(ROWS + BAD);
        assertThat(proof.deadLetters()).isEqualTo(BAD);
        assertThat(proof.outputs().answered()).isEqualTo(ROWS + BAD);
        for (String name : STUDENTS) {
            assertThat(proof.students().get(name).trained())
                    .isPositive()
                    .isEqualTo(proof.curricula().get(name).kept());
        }
        assertThat(status.getInstancesList())
                .anySatisfy(instance ->
                        assertThat(instance.getTeacher().getInputShapeList()).containsExactly(32));
        for (StudentStatus student : status.getStudentsList()) {
            System.out.printf("%s: holdout accuracy %.3f%n", student.getStudent(), student.getHoldoutAccuracy());
            assertThat(student.getHoldoutAccuracy()).isGreaterThan(0.5);
        }
    }

    private Cluster start(Path holdout) {
        Installation installation = Installation.find();
        Path teachers = Path.of("src/test/resources/tabular").toAbsolutePath();
        assertThat(ModelDescription.read(teachers.resolve("teacher")).classCount())
                .isEqualTo(SyntheticTable.CLASSES);
        Home home = new Home(directory.resolve("home"));
        ClusterPlan plan = ClusterPlan.builder("tabular", home)
                .data(home.runs().resolve("tabular"))
                .modelStores(List.of(installation.models(), teachers))
                .teacherModel("teacher")
                .students(STUDENTS)
                .holdout(holdout)
                .checkpointInterval(Duration.ofSeconds(2))
                .startTimeout(Waits.OF_A_CLUSTER)
                .profile(JvmProfile.SHORT_RUN)
                .build();
        return Cluster.start(plan, installation, new Rehearsal.Unexpected(), progress -> {}, made -> {});
    }

    private static TrainingSpec spec() {
        return TrainingSpec.newBuilder()
                .setStudentModel("mlp-32-3")
                .setSeed(1)
                .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.getDefaultInstance()))
                .setSgd(SgdSpec.newBuilder().setLearningRate(0.05).setMaxGradientNorm(1))
                .setBatchSize(32)
                .setMaxSteps(STEPS)
                .setReplay(ReplaySpec.newBuilder().setRatio(7))
                .build();
    }

    private static Iterator<LabelledSample> labelled(SyntheticTable table) {
        return IntStream.range(0, HOLDOUT)
                .mapToObj(i -> LabelledSample.newBuilder()
                        .setSample(table.sample(i))
                        .setLabel(table.label(i))
                        .build())
                .iterator();
    }

    private static Iterator<Sample> stream(SyntheticTable table) {
        return Stream.concat(
                        IntStream.range(0, ROWS).mapToObj(table::sample),
                        IntStream.range(0, BAD).mapToObj(i -> bad(table.sample(ROWS + i), i)))
                .iterator();
    }

    private static Sample bad(Sample row, int number) {
        return switch (number % 3) {
            case 0 -> row.toBuilder().setView(View.newBuilder().setFlip(true)).build();
            case 1 ->
                row.toBuilder()
                        .setContentType("application/x-tensor;dtype=float32;shape=31")
                        .setPayload(row.getPayload().substring(4))
                        .build();
            default ->
                row.toBuilder()
                        .setPayload(row.getPayload()
                                .substring(0, 124)
                                .concat(ByteString.copyFrom(new byte[] {0, 0, (byte) 0x80, 0x7f})))
                        .build();
        };
    }
}
