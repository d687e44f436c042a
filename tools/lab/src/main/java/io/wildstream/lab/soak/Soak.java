// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.Policies;
import io.wildstream.client.StatusWatch;
import io.wildstream.client.count.StreamCounter;
import io.wildstream.client.count.StreamCounts;
import io.wildstream.cluster.ChildProcess;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterPlan;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.data.WildMixture;
import io.wildstream.lab.report.DemoReport.Check;
import io.wildstream.lab.report.ReportChecks;
import io.wildstream.lab.soak.SoakReport.Disk;
import io.wildstream.lab.soak.SoakReport.Load;
import io.wildstream.lab.terminal.Progress;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.terminal.ScreenListener;
import io.wildstream.lab.workload.DemoData;
import io.wildstream.lab.workload.DemoMaterial;
import io.wildstream.lab.workload.DemoSettings;
import io.wildstream.lab.workload.TeacherCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A cluster under load for some time: the built-in images over and over, under other ids each time. It reads what each process takes,
 * ends the stream, waits for the students and counts what was committed.
 */
public final class Soak {

    private static final String RUNS = "soak-";
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(20);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration DRAIN_TIMEOUT = Duration.ofMinutes(30);
    private static final double READ_SECONDS = 5;
    private static final int HEAP_READINGS = 8;
    private static final long POLL_MILLIS = 500;
    private static final double RATE = 0.1;
    private static final double REPLAY_RATIO = 3;
    private static final int BATCH = 32;
    /** Samples of one ingest call that may be on their way when the gateway stops to ask for more. */
    private static final int IN_FLIGHT = 2048;

    private final SoakSettings settings;
    private final Home home;
    private final Installation installation;
    private final Screen screen;
    private final Consumer<Runnable> onStop;

    /**
     * Prepares a soak.
     *
     * @param onStop gets what must be done when the program is told to stop in the middle
     */
    public Soak(SoakSettings settings, Home home, Installation installation, Screen screen, Consumer<Runnable> onStop) {
        this.settings = settings;
        this.home = home;
        this.installation = installation;
        this.screen = screen;
        this.onStop = onStop;
    }

    /**
     * Runs it.
     *
     * @throws ClusterException when something is missing, fails or stays unfinished; nothing runs then
     */
    public SoakReport run() throws InterruptedException {
        long begun = System.nanoTime();
        ProcessProbe.requireSupported();
        DemoSettings demo = demoSettings();
        WildMixture mixture = DemoData.open(demo.data(), settings.seed());
        DemoMaterial material = DemoMaterial.check(demo, mixture, installation);
        ClusterPlan.requireFreePorts(settings.portBase(), 1, 1, settings.curricula());
        try (Home.Lock lock = home.lock()) {
            TeacherCache.Teacher teacher = material.teacher(home, screen);
            home.deleteRuns(RUNS);
            Path run = home.runs().resolve(RUNS + System.currentTimeMillis());
            try (Cluster cluster = start(plan(material, teacher, mixture, run), run)) {
                return new Run(cluster, mixture, material, run, begun).run();
            } finally {
                Home.delete(run);
            }
        }
    }

    private DemoSettings demoSettings() {
        return new DemoSettings(
                new DemoSettings.DataSettings(null, List.of(), null, null, null),
                new DemoSettings.TeacherSettings(null, settings.teacherModel(), 10, false, 1, 1),
                new DemoSettings.StudentSettings(null, null, 0, BATCH, 0.001, 0, REPLAY_RATIO),
                settings.curricula(),
                RATE,
                settings.seed(),
                new DemoSettings.RunSettings(
                        settings.samplesPerSecond(), settings.length(), settings.portBase(), true, false, false));
    }

    private ClusterPlan plan(DemoMaterial material, TeacherCache.Teacher teacher, WildMixture mixture, Path run) {
        Path holdout = DemoData.writeHoldout(run.resolve("holdout.pb.gz"), mixture);
        return ClusterPlan.builder("soak", home)
                .data(run)
                .portBase(settings.portBase())
                .modelStores(material.stores(teacher))
                .teacherModel(teacher.name())
                .students(settings.curricula())
                .holdout(holdout)
                .checkpointInterval(CHECKPOINT_INTERVAL)
                .startTimeout(START_TIMEOUT)
                .settings(Map.of("wildstream.gateway.max-backlog", Long.toString(settings.maxBacklog())))
                .wholeHeap()
                .build();
    }

    private Cluster start(ClusterPlan plan, Path run) {
        screen.say("cluster     starting broker, gateway, teacher, selector and "
                + settings.curricula().size() + " trainer(s)");
        return Cluster.start(
                plan,
                installation,
                new ScreenListener(screen),
                made -> onStop.accept(() -> {
                    made.close();
                    Home.delete(run);
                }));
    }

    /** The part for which the cluster is up. */
    private final class Run {

        private final Cluster cluster;
        private final EndlessSamples samples;
        private final TrainingSpec spec;
        private final int classes;
        private final Path directory;
        private final long begun;
        private final Measurements measurements;
        private final Map<String, Series> disk = new LinkedHashMap<>();
        private double largestBacklog;
        private double heldSeconds;
        private double endedCalls;
        private long stored;
        private boolean unanswered;
        private double fedSeconds;

        Run(Cluster cluster, WildMixture mixture, DemoMaterial material, Path directory, long begun) {
            this.cluster = cluster;
            this.samples = new EndlessSamples(mixture);
            this.spec = material.spec().toBuilder()
                    .setReplay(ReplaySpec.newBuilder().setRatio(REPLAY_RATIO).setWindow(settings.replayWindow()))
                    .build();
            this.classes = material.classes().size();
            this.directory = directory;
            this.begun = begun;
            this.measurements = new Measurements(cluster, new ProcessProbe());
        }

        SoakReport run() throws InterruptedException {
            try (GatewayClient gateway = GatewayClient.connect(cluster.port("gateway"))) {
                for (String name : settings.curricula()) {
                    gateway.setPolicy(name, Policies.of(name, RATE, settings.seed()));
                }
                gateway.awaitPolicies(settings.curricula(), 1);
                for (String name : settings.curricula()) {
                    gateway.createStudent(name, name, spec);
                }
                try (StatusWatch watch = new StatusWatch(gateway);
                        Feeding feeding = new Feeding(gateway, samples, settings.samplesPerSecond(), true)) {
                    load(watch, feeding);
                    drain(watch, feeding);
                    stored = feeding.feeder().accepted();
                    unanswered = feeding.feeder().sentAgain() > 0;
                }
            }
            screen.clear();
            screen.say("counting    reading back what was committed");
            Map<String, Integer> restarts = cluster.processes().stream()
                    .filter(process -> process.restarts() > 0)
                    .collect(Collectors.toMap(ChildProcess::name, ChildProcess::restarts));
            cluster.stopServices();
            StreamCounts counts =
                    StreamCounter.count(cluster.bootstrapServers(), new Topics(Topics.DEFAULT_PREFIX), classes, false);
            return report(restarts, checks(counts));
        }

        private void load(StatusWatch watch, Feeding feeding) throws InterruptedException {
            long start = System.nanoTime();
            double length = settings.length().toMillis() / 1000.0;
            double warm = settings.warmUp().toMillis() / 1000.0;
            double heapEvery = (length - warm) / HEAP_READINGS;
            double nextRead = 0;
            double nextHeap = warm;
            for (double now = 0; now < length; now = seconds(start)) {
                cluster.requireWhole();
                feeding.isDone();
                if (now >= nextRead) {
                    read(now);
                    nextRead = now + READ_SECONDS;
                }
                if (now >= nextHeap) {
                    measurements.readHeaps(now);
                    nextHeap = now + heapEvery;
                }
                show(watch, now, "");
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            samples.stop();
            measurements.readHeaps(seconds(start));
            fedSeconds = seconds(start);
        }

        private void read(double now) {
            measurements.read(now);
            measurements
                    .gateway("wildstream_gateway_backlog_records")
                    .ifPresent(records -> largestBacklog = Math.max(largestBacklog, records));
            measurements
                    .gateway("wildstream_gateway_backlog_full_seconds_total")
                    .ifPresent(held -> heldSeconds = held);
            measurements.gateway("wildstream_gateway_calls_overloaded_total").ifPresent(calls -> endedCalls = calls);
            for (String part : List.of("broker", "checkpoints", "selector")) {
                double size = ProcessProbe.directory(directory.resolve(part));
                if (!Double.isNaN(size)) {
                    disk.computeIfAbsent(part, name -> new Series()).add(now, size);
                }
            }
        }

        private void drain(StatusWatch watch, Feeding feeding) throws InterruptedException {
            long start = System.nanoTime();
            while (!(feeding.isDone() && progress(watch, 0).finished(settings.curricula()))) {
                cluster.requireWhole();
                if (seconds(start) > DRAIN_TIMEOUT.toSeconds()) {
                    throw new ClusterException("the students were not finished " + DRAIN_TIMEOUT.toMinutes()
                            + " minutes after the last sample: "
                            + progress(watch, 0).line());
                }
                show(watch, fedSeconds + seconds(start), " (the stream has ended)");
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }

        private void show(StatusWatch watch, double now, String more) {
            for (var student : progress(watch, now).status().getStudentsList()) {
                if (student.getState() == StudentState.STUDENT_STATE_FAILED) {
                    throw new ClusterException("student " + student.getStudent() + " failed");
                }
            }
            String line = String.format(
                    Locale.ROOT,
                    "  %.1f of %.1f min%s; waiting %,.0f, held %,.0f s",
                    now / 60,
                    settings.length().toMillis() / 60000.0,
                    more,
                    largestBacklog,
                    heldSeconds);
            List<String> block = new ArrayList<>(progress(watch, now).block());
            block.add(line);
            block.addAll(problems(watch));
            screen.show(block, line.strip() + "; " + progress(watch, now).line() + String.join("", problems(watch)));
        }

        /** What instances report to be wrong. */
        private List<String> problems(StatusWatch watch) {
            return progress(watch, 0).status().getInstancesList().stream()
                    .filter(instance -> !instance.getProblem().isEmpty())
                    .map(instance -> "  problem   " + instance.getInstance() + ": " + instance.getProblem())
                    .toList();
        }

        private Progress progress(StatusWatch watch, double now) {
            return new Progress(watch.newest().orElse(PipelineStatus.getDefaultInstance()), 0, Duration.ofMillis((long)
                    (now * 1000)));
        }

        private List<Check> checks(StreamCounts counts) {
            Map<String, String> students =
                    settings.curricula().stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
            List<Check> checks = new ArrayList<>(ReportChecks.of(counts, students, unanswered ? -1 : stored, Map.of()));
            checks.add(new Check("dead letters: none", counts.deadLetters() == 0, counts.deadLetters() + ""));
            if (settings.maxBacklog() > 0) {
                checks.add(new Check(
                        "backlog: bounded",
                        largestBacklog <= settings.maxBacklog() + IN_FLIGHT,
                        String.format(Locale.ROOT, "%,.0f of %,d", largestBacklog, settings.maxBacklog())));
            }
            if (settings.overload()) {
                checks.add(new Check(
                        "overload: the feeder was held",
                        heldSeconds > 0,
                        String.format(Locale.ROOT, "%,.0f s", heldSeconds)));
            }
            return checks;
        }

        private SoakReport report(Map<String, Integer> restarts, List<Check> checks) {
            double warm = settings.warmUp().toMillis() / 1000.0;
            Map<String, Disk> sizes = new LinkedHashMap<>();
            disk.forEach((part, series) -> {
                Series.Line line = series.from(warm).line();
                sizes.put(part, new Disk(line.start(), line.end(), line.perHour()));
            });
            return new SoakReport(
                    1,
                    new SoakReport.Run(
                            settings.length().toMillis() / 60000.0,
                            warm,
                            settings.overload() ? 0 : settings.samplesPerSecond(),
                            settings.maxBacklog(),
                            settings.replayWindow(),
                            settings.curricula(),
                            settings.seed()),
                    SoakReport.measured(measurements.processes(), warm, settings.overload()),
                    sizes,
                    new Load(stored, stored / fedSeconds, largestBacklog, heldSeconds, endedCalls),
                    restarts,
                    checks,
                    seconds(begun));
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
