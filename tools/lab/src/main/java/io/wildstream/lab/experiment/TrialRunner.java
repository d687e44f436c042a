// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import io.wildstream.cluster.ClusterException;
import io.wildstream.lab.run.ClusterStart;
import io.wildstream.lab.run.FedStream;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.run.RunDirectory;
import io.wildstream.lab.run.WorkloadRun;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs a trial: its stream through a cluster until all curricula have ended, then its students, some at a time. */
final class TrialRunner {

    private static final String NAME = "experiment";
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMinutes(2);

    /** Students are measured at their end only. */
    private static final Map<String, String> KEYS =
            Map.of("wildstream.trainer.evaluation-interval", Integer.toString(Integer.MAX_VALUE));

    private final RunContext context;
    private final long steps;

    /**
     * Runs trials. The caller holds the lock of the home.
     *
     * @param steps of each student
     */
    TrialRunner(RunContext context, long steps) {
        this.context = context;
        this.steps = steps;
    }

    /**
     * Runs a trial to its end.
     *
     * @throws ClusterException when something is missing or fails; nothing runs then
     */
    TrialOutcome run(Trial trial) throws InterruptedException {
        Workload workload = Workload.open(trial.settings(), context.installation());
        TeacherCache.Teacher teacher =
                Workload.open(trial.teacher(), context.installation()).teacher(context.home(), context.screen());
        ClusterStart start = ClusterStart.of(NAME, context, workload)
                .trainers(List.of())
                .evaluate(true)
                .checkpointInterval(CHECKPOINT_INTERVAL)
                .keys(KEYS);
        try (RunDirectory directory = RunDirectory.create(context.home(), NAME, false);
                WorkloadRun run = start.start(teacher, directory)) {
            return measure(trial, run, workload, teacher);
        }
    }

    private TrialOutcome measure(Trial trial, WorkloadRun run, Workload workload, TeacherCache.Teacher teacher)
            throws InterruptedException {
        run.createCurricula(trial.curricula());
        TrialSamples samples = new TrialSamples(trial, workload.mixture());
        try (FedStream stream = run.feed(
                samples.iterator(), Double.POSITIVE_INFINITY, workload.mixture().size())) {
            run.follow(stream, view -> {
                context.screen().show(view.progress().block(), view.progress().line());
                return view.decided();
            });
            context.screen().clear();
            List<FeatureNorms> norms = trial.labelNoise() == null
                    ? List.of()
                    : List.of(
                            FeatureNorms.of(trial, Catalogue.ALL, run.cluster().bootstrapServers()));
            TrialStudents students = new TrialStudents(trial, steps, run, stream, context.screen());
            return new TrialOutcome(
                    students.learn(workload.mixture(), context.installation().models(), teacher.description()), norms);
        }
    }
}
