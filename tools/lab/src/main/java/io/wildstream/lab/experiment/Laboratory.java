// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.StatusWatch;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterPlan;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.WildMixture;
import io.wildstream.lab.terminal.Progress;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.terminal.ScreenListener;
import io.wildstream.lab.workload.DemoData;
import io.wildstream.lab.workload.DemoMaterial;
import io.wildstream.lab.workload.TeacherCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Runs a trial: its stream through a cluster until all curricula have ended, then its students, some at a time. */
final class Laboratory {

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMinutes(2);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final long POLL_MILLIS = 250;
    private static final String RUN = "experiment-";
    /** Students are measured at their end alone. */
    private static final Map<String, String> SETTINGS =
            Map.of("wildstream.trainer.evaluation-interval", Integer.toString(Integer.MAX_VALUE));

    private final Home home;
    private final Installation installation;
    private final Screen screen;
    private final Consumer<Runnable> onStop;
    private final long steps;

    /**
     * A laboratory. The caller holds the lock of the home.
     *
     * @param steps of each student
     * @param onStop gets what must be done when the program is told to stop in the middle
     */
    Laboratory(Home home, Installation installation, Screen screen, Consumer<Runnable> onStop, long steps) {
        this.home = home;
        this.installation = installation;
        this.screen = screen;
        this.onStop = onStop;
        this.steps = steps;
    }

    /**
     * Runs a trial to its end.
     *
     * @throws ClusterException when something is missing or fails; nothing runs then
     */
    Outcome run(Trial trial) throws InterruptedException {
        long seed = trial.settings().seed();
        WildMixture mixture = DemoData.open(trial.settings().data(), seed);
        DemoMaterial material = DemoMaterial.check(trial.settings(), mixture, installation);
        TeacherCache.Teacher teacher = DemoMaterial.check(
                        trial.teacher(), DemoData.open(trial.teacher().data(), seed), installation)
                .teacher(home, screen);
        home.deleteRuns(RUN);
        Path run = home.runs().resolve(RUN + System.currentTimeMillis());
        try {
            ClusterPlan plan =
                    plan(trial, material, teacher, run, DemoData.writeHoldout(run.resolve("holdout.pb.gz"), mixture));
            try (Cluster cluster = Cluster.start(
                    plan,
                    installation,
                    new ScreenListener(screen),
                    made -> onStop.accept(() -> {
                        made.close();
                        Home.delete(run);
                    }))) {
                return measure(trial, cluster, mixture, teacher);
            }
        } finally {
            Home.delete(run);
        }
    }

    private ClusterPlan plan(Trial trial, DemoMaterial material, TeacherCache.Teacher teacher, Path run, Path holdout) {
        return ClusterPlan.builder("experiment", home)
                .data(run)
                .portBase(trial.settings().run().portBase())
                .modelStores(material.stores(teacher))
                .teacherModel(teacher.name())
                .holdout(holdout)
                .checkpointInterval(CHECKPOINT_INTERVAL)
                .startTimeout(START_TIMEOUT)
                .settings(SETTINGS)
                .build();
    }

    private Outcome measure(Trial trial, Cluster cluster, WildMixture mixture, TeacherCache.Teacher teacher)
            throws InterruptedException {
        try (GatewayClient gateway = GatewayClient.connect(cluster.port("gateway"));
                StatusWatch watch = new StatusWatch(gateway)) {
            trial.curricula().forEach(gateway::setPolicy);
            gateway.awaitPolicies(List.copyOf(trial.curricula().keySet()), 1);
            stream(trial, cluster, mixture, gateway, watch);
            Students students = new Students(trial, steps, cluster, gateway, watch, screen);
            List<FeatureNorms> norms = trial.labelNoise() == null
                    ? List.of()
                    : List.of(FeatureNorms.of(trial, Catalogue.ALL, cluster.bootstrapServers()));
            return new Outcome(students.learn(mixture, installation.models(), teacher.description()), norms);
        }
    }

    private void stream(Trial trial, Cluster cluster, WildMixture mixture, GatewayClient gateway, StatusWatch watch)
            throws InterruptedException {
        Labels labels = new Labels(trial, mixture);
        Iterator<Sample> samples =
                IntStream.range(0, mixture.size()).mapToObj(labels::sample).iterator();
        long begun = System.nanoTime();
        try (Feeding feeding = new Feeding(gateway, samples, Double.POSITIVE_INFINITY, true)) {
            while (!selected(feeding, watch, mixture.size())) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                cluster.requireWhole();
                Progress progress = new Progress(
                        watch.newest().orElse(PipelineStatus.getDefaultInstance()),
                        mixture.size(),
                        Duration.ofNanos(System.nanoTime() - begun));
                screen.show(progress.block(), progress.line());
            }
        }
        screen.clear();
    }

    private static boolean selected(Feeding feeding, StatusWatch watch, int size) {
        PipelineStatus status = watch.newest().orElse(PipelineStatus.getDefaultInstance());
        return feeding.isDone()
                && status.getTeacher().getRecords() + status.getTeacher().getDeadLetters() >= size
                && status.getTeacher().getLag() == 0
                && status.getSelector().getLag() == 0;
    }
}
