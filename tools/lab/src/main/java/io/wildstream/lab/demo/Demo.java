// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.demo;

import io.wildstream.client.Feeder;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.Policies;
import io.wildstream.client.count.StreamCounter;
import io.wildstream.client.count.StreamCounts;
import io.wildstream.cluster.ChildProcess;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterPlan;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.lab.data.WildMixture;
import io.wildstream.lab.report.AccuracyHistory;
import io.wildstream.lab.report.DemoReport;
import io.wildstream.lab.report.ReportBuilder;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.terminal.ScreenListener;
import io.wildstream.lab.workload.CpuTime;
import io.wildstream.lab.workload.DemoData;
import io.wildstream.lab.workload.DemoMaterial;
import io.wildstream.lab.workload.DemoSettings;
import io.wildstream.lab.workload.FiniteStream;
import io.wildstream.lab.workload.TeacherCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The demo from the images to the report: a teacher, a cluster, a finite wild stream, a student for each curriculum, and what came of it.
 */
public final class Demo {

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(20);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final String LAUNCHER = "launcher";
    private static final String ABANDONED = "demo-";

    private final DemoSettings settings;
    private final Home home;
    private final Installation installation;
    private final Screen screen;
    private final Consumer<Runnable> onStop;

    /**
     * Prepares a demo.
     *
     * @param onStop gets what must be done when the program is told to stop in the middle
     */
    public Demo(DemoSettings settings, Home home, Installation installation, Screen screen, Consumer<Runnable> onStop) {
        this.settings = settings;
        this.home = home;
        this.installation = installation;
        this.screen = screen;
        this.onStop = onStop;
    }

    /** What a demo leaves behind for the report. */
    public record Outcome(
            DemoReport report,
            WildMixture mixture,
            ModelDescription teacher,
            StreamCounts counts,
            AccuracyHistory history,
            Path checkpoints,
            Path teacherDirectory,
            Path studentDirectory) {}

    /**
     * Runs it.
     *
     * @param use gets the outcome while the run's files still exist
     * @return what {@code use} makes of it
     * @throws ClusterException when something is missing or fails; nothing runs then
     */
    public <T> T run(Function<Outcome, T> use) throws InterruptedException {
        long begun = System.nanoTime();
        WildMixture mixture = DemoData.open(settings.data(), settings.seed());
        DemoMaterial material = DemoMaterial.check(settings, mixture, installation);
        var unused = settings.run().prometheusProgram(); // what is missing is said before anything starts
        ClusterPlan.requireFreePorts(settings.run().portBase(), 1, 1, settings.curricula());
        try (Home.Lock lock = home.lock()) {
            describe(mixture);
            TeacherCache.Teacher teacher = material.teacher(home, screen);
            double teacherSeconds = seconds(begun);
            Path run = newRun();
            try {
                Run result = stream(mixture, material, teacher, run);
                DemoReport report = new ReportBuilder(settings, mixture, material, result)
                        .build(teacher, teacherSeconds, seconds(begun));
                return use.apply(new Outcome(
                        report,
                        mixture,
                        teacher.description(),
                        result.counts(),
                        result.history(),
                        run.resolve("checkpoints"),
                        teacher.directory(),
                        material.student()));
            } finally {
                deleteRun(run);
            }
        }
    }

    /** What the stream came to. */
    public record Run(
            StreamCounts counts,
            AccuracyHistory history,
            Map<String, Double> cpuSeconds,
            Map<String, Double> cpuSecondsToStart,
            Map<String, Integer> restarts,
            Map<String, VerifyResult> replayed,
            long stored,
            double streamSeconds) {}

    private Run stream(WildMixture mixture, DemoMaterial material, TeacherCache.Teacher teacher, Path run)
            throws InterruptedException {
        Path holdout = settings.run().evaluate() ? DemoData.writeHoldout(run.resolve("holdout.pb.gz"), mixture) : null;
        ClusterPlan plan = ClusterPlan.builder("demo", home)
                .data(run)
                .portBase(settings.run().portBase())
                .modelStores(material.stores(teacher))
                .teacherModel(teacher.name())
                .students(settings.curricula())
                .holdout(holdout)
                .checkpointInterval(CHECKPOINT_INTERVAL)
                .startTimeout(START_TIMEOUT)
                .build();
        screen.say("cluster     starting broker, gateway, teacher, selector and "
                + settings.curricula().size() + " trainer(s)");
        long starting = System.nanoTime();
        try (Cluster cluster = Cluster.start(
                plan,
                installation,
                new ScreenListener(screen),
                made -> onStop.accept(() -> {
                    made.close();
                    deleteRun(run);
                }))) {
            Path prometheus = settings.run().prometheusProgram();
            if (prometheus != null) {
                screen.say("prometheus  " + cluster.startPrometheus(prometheus)
                        + " until the demo ends; 'up --with-prometheus' keeps one");
            }
            if (settings.run().condenser()) {
                cluster.startCondenser();
            }
            screen.say(String.format(Locale.ROOT, "cluster     ready after %.1f s", seconds(starting)));
            return new Stream(
                            cluster,
                            mixture,
                            material.spec(),
                            material.classes().size())
                    .run();
        }
    }

    /** A directory for this run; those that killed demos left behind are deleted, those that were to be kept stay. */
    private Path newRun() {
        home.deleteRuns(ABANDONED);
        return home.runs().resolve((settings.run().keep() ? "kept-" : ABANDONED) + System.currentTimeMillis());
    }

    private void describe(WildMixture mixture) {
        String sources = mixture.counts().entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                .collect(Collectors.joining(" + "));
        screen.say(String.format(
                Locale.ROOT,
                "data        %s: teacher %,d images, test %,d; stream %,d = %s (%.1f %% in-domain)",
                mixture.original().name(),
                mixture.teacherTrain().size(),
                mixture.test().size(),
                mixture.size(),
                sources,
                100 * mixture.inDomainShare()));
    }

    private void deleteRun(Path run) {
        if (!settings.run().keep()) {
            Home.delete(run);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** The part of a demo for which the cluster is up. */
    private final class Stream {

        private final Cluster cluster;
        private final WildMixture mixture;
        private final TrainingSpec spec;
        private final int classes;
        private final AccuracyHistory history = new AccuracyHistory();
        private double streamSeconds;

        Stream(Cluster cluster, WildMixture mixture, TrainingSpec spec, int classes) {
            this.cluster = cluster;
            this.mixture = mixture;
            this.spec = spec;
            this.classes = classes;
        }

        Run run() throws InterruptedException {
            long stored;
            Map<String, Double> cpuToStart = cpuSeconds();
            try (GatewayClient gateway = GatewayClient.connect(cluster.port("gateway"))) {
                command(gateway);
                Iterator<Sample> samples = IntStream.range(0, mixture.size())
                        .mapToObj(i -> mixture.entry(i).sample())
                        .iterator();
                long begun = System.nanoTime();
                FiniteStream.Plan plan = new FiniteStream.Plan(
                        settings.curricula(),
                        mixture.size(),
                        settings.run().samplesPerSecond(),
                        settings.run().timeLimit());
                Feeder feeder = new FiniteStream(gateway, plan, screen)
                        .run(samples, (status, fed) -> see(status, fed, begun))
                        .feeder();
                stored = feeder.sentAgain() > 0 ? -1 : feeder.accepted();
            }
            screen.clear();
            screen.say("counting    reading back what was committed");
            double launcher = CpuTime.ofThisProcess();
            cluster.stopServices();
            Map<String, Double> cpu = cpuSeconds();
            cpu.put(LAUNCHER, launcher);
            Map<String, Integer> restarts = cluster.processes().stream()
                    .filter(process -> process.restarts() > 0)
                    .collect(Collectors.toMap(ChildProcess::name, ChildProcess::restarts));
            StreamCounts counts =
                    StreamCounter.count(cluster.bootstrapServers(), new Topics(Topics.DEFAULT_PREFIX), classes, true);
            return new Run(counts, history, cpu, cpuToStart, restarts, replay(), stored, streamSeconds);
        }

        private Map<String, VerifyResult> replay() {
            Map<String, VerifyResult> results = new LinkedHashMap<>();
            if (settings.run().verify()) {
                for (String student : settings.curricula()) {
                    screen.say("verifying   learning " + student + " again from the beginning of its curriculum");
                    results.put(student, cluster.verify(student, settings.run().timeLimit()));
                }
            }
            return results;
        }

        private Map<String, Double> cpuSeconds() {
            Map<String, Double> seconds = cluster.cpuSeconds();
            seconds.put(LAUNCHER, CpuTime.ofThisProcess());
            return seconds;
        }

        private void command(GatewayClient gateway) throws InterruptedException {
            for (String name : settings.curricula()) {
                gateway.setPolicy(name, Policies.of(name, settings.rate(), settings.seed()));
            }
            gateway.awaitPolicies(settings.curricula(), 1);
            for (String name : settings.curricula()) {
                gateway.createStudent(name, name, spec);
            }
        }

        private void see(PipelineStatus status, boolean fed, long begun) {
            cluster.requireWhole();
            history.add(status);
            boolean selected = fed
                    && status.getTeacher().getRecords() + status.getTeacher().getDeadLetters() >= mixture.size()
                    && status.getTeacher().getLag() == 0
                    && status.getSelector().getLag() == 0;
            if (selected && streamSeconds == 0) {
                streamSeconds = seconds(begun);
            }
        }
    }
}
