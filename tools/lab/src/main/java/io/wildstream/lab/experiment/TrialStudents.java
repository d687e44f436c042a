// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import io.wildstream.contracts.v1.LabelSource;
import io.wildstream.contracts.v1.OfflineSpec;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.run.FedStream;
import io.wildstream.lab.run.StreamView;
import io.wildstream.lab.run.WorkloadRun;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.Architectures;
import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The students of a trial: each has a trainer process while it learns, some at a time, by the offline scheme in equal steps. */
final class TrialStudents {

    /** As many as keep two cores busy. */
    private static final int AT_A_TIME = 2;

    private static final int MANY_EPOCHS = 100_000;
    private static final Duration POLL = Duration.ofMillis(200);

    private final Trial trial;
    private final long steps;
    private final WorkloadRun run;
    private final FedStream stream;
    private final Screen screen;

    TrialStudents(Trial trial, long steps, WorkloadRun run, FedStream stream, Screen screen) {
        this.trial = trial;
        this.steps = steps;
        this.run = run;
        this.stream = stream;
        this.screen = screen;
    }

    /** Lets all learn and returns what they reached, in the order in which they finished. */
    List<Measurement> learn(WildMixture mixture, Path models, ModelDescription teacher) throws InterruptedException {
        int classes = mixture.original().classCount();
        Architectures architectures = new Architectures(models, mixture.shape(), classes);
        Deque<Arm> waiting = new ArrayDeque<>(trial.arms());
        Map<String, Arm> learning = new LinkedHashMap<>();
        List<Measurement> measured = new ArrayList<>();
        start(waiting, learning, architectures);
        run.follow(stream, POLL, view -> {
            for (Arm arm : List.copyOf(learning.values())) {
                Optional<StudentStatus> status = status(view, arm.name());
                if (status.filter(TrialStudents::hasEnded).isPresent()) {
                    measured.add(measurement(arm, status.get(), teacher));
                    run.cluster().stopTrainer(arm.name());
                    learning.remove(arm.name());
                }
            }
            start(waiting, learning, architectures);
            show(view, learning, measured.size());
            return learning.isEmpty();
        });
        screen.clear();
        return measured;
    }

    private void start(Deque<Arm> waiting, Map<String, Arm> learning, Architectures architectures) {
        while (learning.size() < AT_A_TIME && !waiting.isEmpty()) {
            Arm arm = waiting.remove();
            run.gateway().createStudent(arm.name(), arm.curriculum(), spec(arm, architectures));
            run.cluster().startTrainer(arm.name());
            learning.put(arm.name(), arm);
        }
    }

    private TrainingSpec spec(Arm arm, Architectures architectures) {
        WorkloadSettings.StudentSettings student = trial.settings().student();
        String architecture = Objects.requireNonNullElse(
                arm.architecture(), Objects.requireNonNullElse(student.architecture(), architectures.usualStudent()));
        Path model = architectures.directory(architecture, arm.architecture() == null ? student.model() : null);
        return TrainingSpec.newBuilder()
                .setStudentModel(model.getFileName().toString())
                .setSeed(trial.settings().seed())
                .addAllTerms(arm.terms())
                .setSgd(SgdSpec.newBuilder()
                        .setLearningRate(student.learningRate())
                        .setMaxGradientNorm(student.maxGradientNorm()))
                .setBatchSize(student.batch())
                .setMaxSteps(steps * arm.generations())
                .setOffline(OfflineSpec.newBuilder().setEpochs(MANY_EPOCHS))
                .setLabels(
                        trial.labelNoise() == null ? LabelSource.LABEL_SOURCE_PSEUDO : LabelSource.LABEL_SOURCE_GIVEN)
                .build();
    }

    private static Optional<StudentStatus> status(StreamView view, String student) {
        view.requireNoFailure(List.of(student));
        return view.status().getStudentsList().stream()
                .filter(candidate -> candidate.getStudent().equals(student))
                .findFirst();
    }

    private static boolean hasEnded(StudentStatus status) {
        return status.getState() == StudentState.STUDENT_STATE_FINISHED && status.hasHoldoutAccuracy();
    }

    private Measurement measurement(Arm arm, StudentStatus status, ModelDescription teacher) {
        Double accuracy = teacher.accuracy();
        Measurement measurement = new Measurement(
                trial.setting(),
                arm.name(),
                trial.settings().seed(),
                status.getTrained(),
                status.getStep(),
                status.getHoldoutAccuracy(),
                status.getAgreement(),
                accuracy == null ? Double.NaN : accuracy,
                status.getWeightsSha256());
        screen.say(String.format(
                Locale.ROOT,
                "  %-14s %-24s seed %d  %,7d samples, %,d steps  accuracy %.2f %%",
                measurement.setting(),
                measurement.arm(),
                measurement.seed(),
                measurement.samples(),
                measurement.steps(),
                100 * measurement.accuracy()));
        return measurement;
    }

    private void show(StreamView view, Map<String, Arm> learning, int done) {
        List<String> block = learning.keySet().stream()
                .map(name -> String.format(
                        Locale.ROOT,
                        "  learning  %-24s step %,d/%,d",
                        name,
                        status(view, name).map(StudentStatus::getStep).orElse(0L),
                        status(view, name).map(StudentStatus::getMaxSteps).orElse(steps)))
                .toList();
        String line = done + "/" + trial.arms().size() + " students" + String.join(";", block);
        screen.show(block, line);
    }
}
