// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import static io.wildstream.lab.chaos.ChaosText.text;

import io.wildstream.client.proof.StreamProof;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.process.ChildProcess;
import io.wildstream.cluster.process.JvmProfile;
import io.wildstream.lab.run.ClusterStart;
import io.wildstream.lab.run.FedStream;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.run.RunDirectory;
import io.wildstream.lab.run.StreamView;
import io.wildstream.lab.run.WorkloadRun;
import io.wildstream.lab.terminal.Progress;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.Workload;
import io.wildstream.lab.workload.WorkloadSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A stream under faults, from the images to the proof: a cluster with two teachers and two selectors learns while its processes are killed,
 * stopped and restarted at the points of a seeded plan; then everything is read back, and a fresh process learns the students again.
 */
public final class Chaos {

    private static final String NAME = "chaos";

    /** Short, so that a killed trainer resumes in the middle of its curriculum. */
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(100);

    private final ChaosSettings settings;
    private final WorkloadSettings workloadSettings;
    private final RunContext context;
    private final Screen screen;

    /** Prepares a run and starts nothing. */
    public Chaos(ChaosSettings settings, RunContext context) {
        this.settings = settings;
        this.workloadSettings = settings.workload();
        this.context = context;
        this.screen = context.screen();
    }

    /**
     * Runs it.
     *
     * @throws ClusterException when something is missing, or the cluster does not recover from a fault; nothing runs then
     */
    public ChaosReport run() throws InterruptedException {
        long begun = System.nanoTime();
        Workload workload = Workload.open(workloadSettings, context.installation());
        UnplannedDeaths deaths = new UnplannedDeaths(screen);
        ClusterStart start = ClusterStart.of(NAME, context, workload)
                .profile(JvmProfile.SHORT_RUN)
                .replicas(ChaosSettings.TEACHERS, ChaosSettings.SELECTORS)
                .checkpointInterval(CHECKPOINT_INTERVAL)
                .listener(deaths);
        start.requireReady();
        try (Home.Lock lock = context.home().lock()) {
            TeacherCache.Teacher teacher = workload.teacher(context.home(), screen);
            try (RunDirectory directory = RunDirectory.create(
                    context.home(), NAME, workloadSettings.run().keep())) {
                long starting = System.nanoTime();
                try (WorkloadRun run = start.start(teacher, directory)) {
                    screen.say(text("cluster     ready after %.1f s", seconds(starting)));
                    return new FaultyStream(run, workload, deaths, begun).run();
                }
            }
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** The part of it for which the cluster is up. */
    private final class FaultyStream {

        private final WorkloadRun run;
        private final Workload workload;
        private final UnplannedDeaths deaths;
        private final long begun;
        private final long samples;
        private final Gate gate = new Gate(0);
        private final long feedingSince = System.nanoTime();
        private final FaultInjector injector;

        FaultyStream(WorkloadRun run, Workload workload, UnplannedDeaths deaths, long begun) {
            this.run = run;
            this.workload = workload;
            this.deaths = deaths;
            this.begun = begun;
            this.samples = workload.mixture().size();
            List<String> victims =
                    run.cluster().processes().stream().map(ChildProcess::name).toList();
            FaultPlan plan = FaultPlan.of(workloadSettings.seed(), settings.kills(), samples, victims);
            ChaosText.lines(plan).forEach(screen::say);
            this.injector = new FaultInjector(plan, run.cluster(), gate, samples, this::millis, this::show);
        }

        ChaosReport run() throws InterruptedException {
            run.createCurricula(workload.policies());
            run.createStudents(workloadSettings.curricula(), workload.spec());
            try (FedStream stream =
                    run.feed(new GatedSamples(workload.samples(), gate), settings.pace(samples), samples)) {
                run.follow(stream, POLL, this::look);
            }
            run.stop(text(" (after %.0f s)", seconds(begun)));
            StreamProof proof = run.proof();
            var replays = run.replay(
                    workloadSettings.curricula(), workloadSettings.run().timeLimit());
            return new ChaosReportBuilder(settings, samples, proof, replays, events(), Map.copyOf(deaths.counts()))
                    .build(seconds(begun));
        }

        private boolean look(StreamView view) {
            injector.tick();
            Progress progress = view.progress();
            screen.show(progress.block(), progress.line());
            if (injector.isOver() && view.finished(workloadSettings.curricula())) {
                return true;
            }
            Duration limit = workloadSettings.run().timeLimit();
            if (view.elapsed().compareTo(limit) > 0) {
                throw new ClusterException(text(
                        "the time limit of %d s has passed with %d faults to come; the last state: %s",
                        limit.toSeconds(), injector.left(), progress.line()));
            }
            return false;
        }

        private void show(ActiveFault fault) {
            screen.say(text(
                    "fault       %d/%d at %s, %,d fed: %s",
                    injector.done().size(),
                    settings.kills(),
                    Progress.clock(Duration.ofMillis(fault.begunMillis())),
                    gate.passed(),
                    ChaosText.what(fault.fault())));
        }

        private List<ChaosReport.Event> events() {
            return injector.done().stream().map(ActiveFault::event).toList();
        }

        private long millis() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - feedingSince);
        }
    }
}
