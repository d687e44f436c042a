// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.demo;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.cluster.process.JvmProfile;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.report.AccuracyHistory;
import io.wildstream.lab.report.DemoReport;
import io.wildstream.lab.report.DemoReportBuilder;
import io.wildstream.lab.report.DemoRun;
import io.wildstream.lab.run.ClusterStart;
import io.wildstream.lab.run.FedStream;
import io.wildstream.lab.run.FiniteStream;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.run.RunDirectory;
import io.wildstream.lab.run.StreamView;
import io.wildstream.lab.run.WorkloadRun;
import io.wildstream.lab.workload.CpuTime;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.Workload;
import io.wildstream.lab.workload.WorkloadSettings;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The demo from the images to the report: a teacher, a cluster, a finite wild stream and a student for each curriculum. */
public final class Demo {

    private static final String NAME = "demo";
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(20);

    private final WorkloadSettings settings;
    private final RunContext context;
    private Function<WildMixture, Iterator<Sample>> samples = WildMixture::samples;

    /** Prepares a demo and starts nothing. */
    public Demo(WorkloadSettings settings, RunContext context) {
        this.settings = settings;
        this.context = context;
    }

    /** Takes the samples of the stream from elsewhere: all of the mixture's, in their order, each when it may go. */
    public Demo feeding(Function<WildMixture, Iterator<Sample>> paced) {
        samples = paced;
        return this;
    }

    /**
     * Runs it.
     *
     * @param use gets what was measured and the report while the run's files still exist
     * @return what {@code use} makes of it
     * @throws ClusterException when something is missing or fails; nothing runs then
     */
    public <T> T run(BiFunction<DemoRun, DemoReport, T> use) throws InterruptedException {
        long begun = System.nanoTime();
        Workload workload = Workload.open(settings, context.installation());
        ClusterStart start = ClusterStart.of(NAME, context, workload)
                .profile(JvmProfile.SHORT_RUN)
                .evaluate(settings.run().evaluate())
                .checkpointInterval(CHECKPOINT_INTERVAL)
                .prometheusRemark(" until the demo ends; 'up --with-prometheus' keeps one");
        start.requireReady();
        try (Home.Lock lock = context.home().lock()) {
            context.screen().say(description(workload.mixture()));
            workload.fewSteps().ifPresent(few -> context.screen().say("students    " + few));
            TeacherCache.Teacher teacher = workload.teacher(context.home(), context.screen());
            double teacherSeconds = seconds(begun);
            try (RunDirectory directory =
                    RunDirectory.create(context.home(), NAME, settings.run().keep())) {
                DemoRun run = measure(start, workload, teacher, teacherSeconds, directory);
                return use.apply(run, DemoReportBuilder.build(run, seconds(begun)));
            }
        }
    }

    private DemoRun measure(
            ClusterStart start,
            Workload workload,
            TeacherCache.Teacher teacher,
            double teacherSeconds,
            RunDirectory directory)
            throws InterruptedException {
        long starting = System.nanoTime();
        try (WorkloadRun run = start.start(teacher, directory)) {
            context.screen().say(text("cluster     ready after %.1f s", seconds(starting)));
            Map<String, Double> cpuToStart = run.cpuSeconds();
            run.createCurricula(workload.policies());
            run.createStudents(settings.curricula(), workload.spec());
            Watching watching = new Watching();
            long stored = feed(run, workload, watching);
            double launcher = CpuTime.ofThisProcess();
            run.stop("");
            Map<String, Double> cpu = run.cpuSeconds();
            cpu.put(WorkloadRun.LAUNCHER, launcher);
            return new DemoRun(
                    workload,
                    teacher,
                    run.count(true),
                    watching.history,
                    cpu,
                    cpuToStart,
                    run.restarts(),
                    replayed(run),
                    stored,
                    watching.streamSeconds,
                    teacherSeconds,
                    directory.path().resolve("checkpoints"));
        }
    }

    /** Samples that the gateway said it had stored, or -1 when it did not answer a call. */
    private long feed(WorkloadRun run, Workload workload, Watching watching) throws InterruptedException {
        FiniteStream end = new FiniteStream(settings.curricula(), settings.run().timeLimit(), context.screen());
        try (FedStream stream = run.feed(
                samples.apply(workload.mixture()),
                settings.run().samplesPerSecond(),
                workload.mixture().size())) {
            run.follow(stream, view -> {
                watching.see(view);
                return end.look(view);
            });
            return stream.answered() ? stream.stored() : -1;
        }
    }

    private Map<String, VerifyResult> replayed(WorkloadRun run) {
        return settings.run().verify()
                ? run.replay(settings.curricula(), settings.run().timeLimit())
                : Map.of();
    }

    private static String description(WildMixture mixture) {
        String sources = mixture.counts().entrySet().stream()
                .map(entry -> text("%,d %s", entry.getValue(), entry.getKey()))
                .collect(Collectors.joining(" + "));
        return text(
                "data        %s: teacher %,d images, test %,d; stream %,d = %s (%.1f %% in-domain)",
                mixture.original().name(),
                mixture.teacherTrain().size(),
                mixture.test().size(),
                mixture.size(),
                sources,
                100 * mixture.inDomainShare());
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** What is noted while the stream runs. */
    private static final class Watching {

        private final AccuracyHistory history = new AccuracyHistory();
        private double streamSeconds;

        void see(StreamView view) {
            history.add(view.status());
            if (streamSeconds == 0 && view.decided()) {
                streamSeconds = view.elapsed().toNanos() / 1e9;
            }
        }
    }
}
