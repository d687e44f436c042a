// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import io.wildstream.client.count.StreamCounts;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.process.JvmProfile;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.run.ClusterStart;
import io.wildstream.lab.run.FedStream;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.run.RunDirectory;
import io.wildstream.lab.run.StreamView;
import io.wildstream.lab.run.WorkloadRun;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.Workload;
import java.time.Duration;
import java.util.Map;

/**
 * A cluster under load for some time: the built-in images over and over, under new ids each time. It reads what each process uses, ends
 * the stream, waits for the students and counts what was committed.
 */
public final class Soak {

    private static final String NAME = "soak";
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(20);
    private static final Duration DRAIN_TIMEOUT = Duration.ofMinutes(30);
    private static final Duration POLL = Duration.ofMillis(500);

    private final SoakSettings settings;
    private final RunContext context;

    /** Prepares a soak and starts nothing. */
    public Soak(SoakSettings settings, RunContext context) {
        this.settings = settings;
        this.context = context;
    }

    /**
     * Runs it.
     *
     * @throws ClusterException when something is missing, fails or stays unfinished; nothing runs then
     */
    public SoakReport run() throws InterruptedException {
        long begun = System.nanoTime();
        ProcessProbe.requireSupported();
        Workload workload = Workload.open(settings.workload(), context.installation());
        ClusterStart start = ClusterStart.of(NAME, context, workload)
                .evaluate(true)
                .checkpointInterval(CHECKPOINT_INTERVAL)
                .keys(Map.of("wildstream.gateway.max-backlog", Long.toString(settings.maxBacklog())))
                .profile(JvmProfile.WHOLE_HEAP);
        start.requireReady();
        try (Home.Lock lock = context.home().lock()) {
            TeacherCache.Teacher teacher = workload.teacher(context.home(), context.screen());
            try (RunDirectory directory = RunDirectory.create(context.home(), NAME, false);
                    WorkloadRun run = start.start(teacher, directory)) {
                return measure(run, workload, directory, begun);
            }
        }
    }

    private SoakReport measure(WorkloadRun run, Workload workload, RunDirectory directory, long begun)
            throws InterruptedException {
        run.createCurricula(workload.policies());
        run.createStudents(settings.curricula(), spec(workload));
        EndlessSamples samples = new EndlessSamples(workload.mixture());
        SoakReadings readings =
                new SoakReadings(settings, new Measurements(run.cluster(), new ProcessProbe()), directory.path());
        SoakScreen screen = new SoakScreen(settings, readings, context.screen());
        long stored;
        boolean answered;
        double fedSeconds;
        try (FedStream stream = run.feed(samples, settings.samplesPerSecond(), 0)) {
            StreamView last = run.follow(stream, POLL, view -> {
                screen.show(view, "");
                return readings.take(view.elapsed());
            });
            samples.stop();
            fedSeconds = readings.end(last.elapsed());
            run.follow(stream, POLL, view -> {
                screen.show(view, " (the stream has ended)");
                return drained(view, fedSeconds);
            });
            stored = stream.stored();
            answered = stream.answered();
        }
        run.stop("");
        StreamCounts counts = run.count(false);
        return SoakReport.of(
                settings,
                readings,
                new SoakReport.Load(
                        stored,
                        stored / fedSeconds,
                        readings.largestBacklog(),
                        readings.heldSeconds(),
                        readings.endedCalls()),
                run.restarts(),
                new SoakChecks(settings, readings).of(counts, answered ? stored : -1),
                (System.nanoTime() - begun) / 1e9);
    }

    private TrainingSpec spec(Workload workload) {
        ReplaySpec.Builder replay =
                ReplaySpec.newBuilder().setRatio(SoakSettings.REHEARSAL_RATIO).setWindow(settings.replayWindow());
        return workload.spec().toBuilder().setReplay(replay).build();
    }

    private boolean drained(StreamView view, double fedSeconds) {
        if (view.finished(settings.curricula())) {
            return true;
        }
        if (view.elapsed().toMillis() / 1000.0 - fedSeconds > DRAIN_TIMEOUT.toSeconds()) {
            throw new ClusterException("the students were not finished " + DRAIN_TIMEOUT.toMinutes()
                    + " minutes after the last sample: " + view.progress().line());
        }
        return false;
    }
}
