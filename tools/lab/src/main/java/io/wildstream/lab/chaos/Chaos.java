// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import static io.wildstream.lab.chaos.ChaosText.text;

import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.Policies;
import io.wildstream.client.StatusWatch;
import io.wildstream.client.proof.ProofReader;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.cluster.ChildProcess;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterPlan;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.cluster.Supervisor;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.WildMixture;
import io.wildstream.lab.terminal.Progress;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.terminal.ScreenListener;
import io.wildstream.lab.workload.DemoData;
import io.wildstream.lab.workload.DemoMaterial;
import io.wildstream.lab.workload.DemoSettings;
import io.wildstream.lab.workload.TeacherCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A stream under faults, from the images to the proof: a cluster with two teachers and two selectors learns while its processes are killed,
 * stopped and restarted at the points of a seeded plan; then everything is read back, and a fresh process learns the students again.
 */
public final class Chaos {

    /** Short, so that a killed trainer goes on from the middle of its curriculum. */
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(3);

    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final long POLL_MILLIS = 100;
    private static final String RUNS = "chaos-";

    private final ChaosSettings settings;
    private final DemoSettings workload;
    private final Home home;
    private final Installation installation;
    private final Screen screen;
    private final Consumer<Runnable> onStop;

    /**
     * Prepares a run.
     *
     * @param onStop gets what must be done when the program is told to stop in the middle
     */
    public Chaos(
            ChaosSettings settings, Home home, Installation installation, Screen screen, Consumer<Runnable> onStop) {
        this.settings = settings;
        this.workload = settings.workload();
        this.home = home;
        this.installation = installation;
        this.screen = screen;
        this.onStop = onStop;
    }

    /**
     * Runs it.
     *
     * @throws ClusterException when something is missing, or the cluster does not get over a fault; nothing runs then
     */
    public ChaosReport run() throws InterruptedException {
        long begun = System.nanoTime();
        WildMixture mixture = DemoData.open(workload.data(), workload.seed());
        DemoMaterial material = DemoMaterial.check(workload, mixture, installation);
        try (Home.Lock lock = home.lock()) {
            TeacherCache.Teacher teacher = material.teacher(home, screen);
            home.deleteRuns(RUNS);
            Path run = home.runs().resolve((workload.run().keep() ? "kept-" : "") + RUNS + System.currentTimeMillis());
            try {
                return stream(mixture, material, plan(material, teacher, run), begun);
            } finally {
                delete(run);
            }
        }
    }

    private ClusterPlan plan(DemoMaterial material, TeacherCache.Teacher teacher, Path run) {
        return ClusterPlan.builder("chaos", home)
                .data(run)
                .portBase(workload.run().portBase())
                .modelStores(material.stores(teacher))
                .teacherModel(teacher.name())
                .teachers(ChaosSettings.TEACHERS)
                .selectors(ChaosSettings.SELECTORS)
                .students(workload.curricula())
                .checkpointInterval(CHECKPOINT_INTERVAL)
                .startTimeout(START_TIMEOUT)
                .build();
    }

    private ChaosReport stream(WildMixture mixture, DemoMaterial material, ClusterPlan plan, long begun)
            throws InterruptedException {
        screen.say(text(
                "cluster     starting broker, gateway, %d teachers, %d selectors and %d trainer(s)",
                plan.teachers(), plan.selectors(), plan.students().size()));
        Deaths deaths = new Deaths(screen);
        long starting = System.nanoTime();
        try (Cluster cluster = Cluster.start(
                plan,
                installation,
                deaths,
                made -> onStop.accept(() -> {
                    made.close();
                    delete(plan.data());
                }))) {
            screen.say(text("cluster     ready after %.1f s", seconds(starting)));
            return new Run(cluster, mixture, material, deaths, begun).run();
        }
    }

    private void delete(Path run) {
        if (!workload.run().keep()) {
            Home.delete(run);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** Counts and tells the deaths that nobody planned. */
    private record Deaths(Screen screen, Map<String, Integer> counts) implements Supervisor.Listener {

        Deaths(Screen screen) {
            this(screen, new ConcurrentSkipListMap<>());
        }

        @Override
        public void died(ChildProcess process, int exitStatus, Duration pause) {
            counts.merge(process.name(), 1, Integer::sum);
            screen.say(text(
                    "process     %s died by itself (exit status %d), starting it again in %.1f s; its log: %s",
                    process.name(), exitStatus, pause.toMillis() / 1000.0, process.log()));
        }

        @Override
        public void restarted(ChildProcess process) {
            // Every fault but a stop ends so.
        }

        @Override
        public void givenUp(ChildProcess process, int exitStatus) {
            screen.say(
                    "process     " + process.name() + " died too often, the last time with exit status " + exitStatus);
        }

        @Override
        public void takenOver(ChildProcess process) {
            screen.say("process     " + ScreenListener.takenOverText(process));
        }
    }

    /** The part of it for which the cluster is up. */
    private final class Run {

        private final Cluster cluster;
        private final WildMixture mixture;
        private final DemoMaterial material;
        private final Deaths deaths;
        private final long begun;
        private final Gate gate = new Gate(0);
        private final Injector injector;
        private final long fedFrom;

        Run(Cluster cluster, WildMixture mixture, DemoMaterial material, Deaths deaths, long begun) {
            this.cluster = cluster;
            this.mixture = mixture;
            this.material = material;
            this.deaths = deaths;
            this.begun = begun;
            List<String> victims =
                    cluster.processes().stream().map(ChildProcess::name).toList();
            FaultPlan plan = FaultPlan.of(workload.seed(), settings.kills(), mixture.size(), victims);
            ChaosText.lines(plan).forEach(screen::say);
            this.fedFrom = System.nanoTime();
            this.injector = new Injector(plan, cluster, gate, mixture.size(), this::millis, this::show);
        }

        ChaosReport run() throws InterruptedException {
            try (GatewayClient gateway = GatewayClient.connect(cluster.port("gateway"))) {
                command(gateway);
                Iterator<Sample> samples = new GatedSamples(mixture, gate);
                try (StatusWatch watch = new StatusWatch(gateway);
                        Feeding feeding = new Feeding(gateway, samples, settings.pace(mixture.size()), true)) {
                    follow(watch, feeding);
                }
            }
            screen.clear();
            screen.say(text("counting    reading back what was committed (after %.0f s)", seconds(begun)));
            cluster.stopServices();
            StreamProof proof = ProofReader.read(cluster.bootstrapServers(), new Topics(Topics.DEFAULT_PREFIX));
            return new ReportBuilder(settings, mixture.size(), proof, replay(), events(), Map.copyOf(deaths.counts()))
                    .build(seconds(begun));
        }

        private void command(GatewayClient gateway) throws InterruptedException {
            for (String name : workload.curricula()) {
                gateway.setPolicy(name, Policies.of(name, workload.rate(), workload.seed()));
            }
            gateway.awaitPolicies(workload.curricula(), ChaosSettings.SELECTORS);
            for (String name : workload.curricula()) {
                gateway.createStudent(name, name, material.spec());
            }
        }

        private void follow(StatusWatch watch, Feeding feeding) throws InterruptedException {
            long deadline = fedFrom + workload.run().timeLimit().toNanos();
            while (true) {
                cluster.requireWhole();
                injector.tick();
                boolean fed = feeding.isDone();
                PipelineStatus status = watch.newest().orElse(PipelineStatus.getDefaultInstance());
                Progress progress = new Progress(status, mixture.size(), Duration.ofNanos(System.nanoTime() - fedFrom));
                screen.show(progress.block(), progress.line());
                if (fed && injector.isOver() && progress.finished(workload.curricula())) {
                    return;
                }
                if (System.nanoTime() > deadline) {
                    throw new ClusterException(text(
                            "the time limit of %d s has passed with %d faults to come; the last state: %s",
                            workload.run().timeLimit().toSeconds(), injector.left(), progress.line()));
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }

        private Map<String, VerifyResult> replay() {
            Map<String, VerifyResult> results = new LinkedHashMap<>();
            for (String student : workload.curricula()) {
                screen.say("replaying   a fresh process learns " + student + " from the beginning of its curriculum");
                results.put(student, cluster.verify(student, workload.run().timeLimit()));
            }
            return results;
        }

        private void show(Injector.Injury injury) {
            screen.say(text(
                    "fault       %d/%d at %s, %,d fed: %s",
                    injector.done().size(),
                    settings.kills(),
                    Progress.clock(Duration.ofMillis(injury.begunMillis())),
                    gate.passed(),
                    ChaosText.what(injury.fault())));
        }

        private List<ChaosReport.Event> events() {
            return injector.done().stream()
                    .map(injury -> new ChaosReport.Event(
                            injury.begunMillis() / 1000.0,
                            injury.fault().at(),
                            injury.fault().victim(),
                            injury.fault().kind().label(),
                            injury.fault().stopMillis() / 1000.0,
                            injury.recoveryMillis() / 1000.0))
                    .toList();
        }

        private long millis() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - fedFrom);
        }
    }
}
