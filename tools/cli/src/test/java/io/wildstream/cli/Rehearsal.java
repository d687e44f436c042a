// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.client.GatewayClient;
import io.wildstream.client.Policies;
import io.wildstream.client.StatusWatch;
import io.wildstream.client.proof.ProofReader;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.client.proof.TrainedProof;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterPlan;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.cluster.process.ChildProcess;
import io.wildstream.cluster.process.JvmProfile;
import io.wildstream.cluster.process.Supervisor;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.terminal.Progress;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.Workload;
import io.wildstream.lab.workload.WorkloadData;
import io.wildstream.lab.workload.WorkloadSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A small stream through real processes, for tests: one student of one curriculum, and a teacher that has learned nothing, since what is
 * proven does not depend on what it says.
 */
public final class Rehearsal {

    /** Name of the curriculum and of its student. */
    public static final String STUDENT = Policies.DFND;

    private static final Duration LONG = Duration.ofMinutes(20);
    private static final int STEPS = 60;
    private static final int BATCH = 32;
    private static final double RATE = 0.4;

    private final Home home;
    private final Installation installation = Installation.find();
    private final WorkloadSettings settings;
    private final WildMixture mixture;
    private final Workload material;

    /** @param samples of the stream */
    public Rehearsal(Path directory, int samples) {
        this.home = new Home(directory.resolve("home"));
        this.settings = new WorkloadSettings(
                new WorkloadSettings.DataSettings(null, List.of(), null, null, samples),
                new WorkloadSettings.TeacherSettings(
                        null, installation.models().resolve("lenet5-1x28-10"), 1, false, 1, 1),
                new WorkloadSettings.StudentSettings("lenet5", null, STEPS, BATCH, 0.02, 1, null),
                List.of(STUDENT),
                RATE,
                3,
                new WorkloadSettings.RunSettings(Double.POSITIVE_INFINITY, LONG, null, false, true, false));
        this.mixture = WorkloadData.open(settings.data(), settings.teacher().model(), settings.seed());
        this.material = Workload.of(settings, mixture, installation);
    }

    /** The stream's images. */
    public WildMixture mixture() {
        return mixture;
    }

    /**
     * Starts one process of each kind.
     *
     * @param keys further configuration of all services
     */
    public Cluster start(Map<String, String> keys) {
        TeacherCache.Teacher teacher =
                material.teacher(home, new Screen(new PrintWriter(new StringWriter()), false, 100));
        ClusterPlan plan = ClusterPlan.builder("rehearsal", home)
                .data(home.runs().resolve("rehearsal"))
                .modelStores(material.stores(teacher))
                .teacherModel(teacher.name())
                .students(List.of(STUDENT))
                .checkpointInterval(Duration.ofSeconds(2))
                .startTimeout(Waits.OF_A_CLUSTER)
                .settings(keys)
                .profile(JvmProfile.SHORT_RUN)
                .build();
        return Cluster.start(plan, installation, new Unexpected(), progress -> {}, made -> {});
    }

    /** Makes curriculum and student. */
    public void command(GatewayClient gateway) throws InterruptedException {
        gateway.setPolicy(STUDENT, Policies.of(STUDENT, RATE, settings.seed()));
        gateway.awaitPolicies(List.of(STUDENT), 1);
        gateway.createStudent(STUDENT, STUDENT, spec());
    }

    /** The teacher does not know its accuracy, from which Q would follow. */
    private TrainingSpec spec() {
        DfndLoss loss = DfndLoss.newBuilder().addQDiagonal(0.5).build();
        return material.spec().toBuilder()
                .clearTerms()
                .addTerms(LossTerm.newBuilder().setDfnd(loss))
                .build();
    }

    /** Waits until the student has made its last step. */
    public void awaitFinished(Cluster cluster, GatewayClient gateway) {
        try (StatusWatch watch = new StatusWatch(gateway)) {
            await().atMost(LONG).pollInterval(Duration.ofMillis(250)).until(() -> {
                cluster.requireWhole();
                PipelineStatus status = watch.newest().orElse(PipelineStatus.getDefaultInstance());
                return new Progress(status, mixture.size(), Duration.ZERO).finished(List.of(STUDENT));
            });
        }
    }

    /** Stops the services and holds what was committed against the rules, the student's weights against those of a replay. */
    public StreamProof prove(Cluster cluster, String bootstrapServers, Topics topics) {
        cluster.stopServices();
        StreamProof proof = ProofReader.read(bootstrapServers, topics);
        assertThat(proof.holds()).as("%s", proof).isTrue();
        TrainedProof student = proof.students().get(STUDENT);
        assertThat(student.trained())
                .isPositive()
                .isEqualTo(proof.curricula().get(STUDENT).kept());
        VerifyResult replay = cluster.verify(STUDENT, LONG);
        assertThat(replay.weightsSha256()).isEqualTo(student.weightsSha256()).hasSize(64);
        assertThat(replay.trained()).isEqualTo(student.trained());
        assertThat(replay.step()).isEqualTo(student.steps());
        return proof;
    }

    /** Nobody dies unasked. */
    static final class Unexpected implements Supervisor.Listener {

        @Override
        public void died(ChildProcess process, int exitStatus, Duration pause) {
            System.getLogger(Rehearsal.class.getName())
                    .log(System.Logger.Level.WARNING, "{0} died with status {1}", process.name(), exitStatus);
        }

        @Override
        public void restarted(ChildProcess process) {
            // A restart that was asked for.
        }

        @Override
        public void givenUp(ChildProcess process, int exitStatus) {
            // The test's next look at the cluster tells it with the process's log.
        }

        @Override
        public void takenOver(ChildProcess process) {
            // As above.
        }
    }
}
