// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import io.wildstream.client.Policies;
import io.wildstream.client.count.CurriculumCount;
import io.wildstream.client.count.Decisions;
import io.wildstream.client.count.StreamCounts;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.report.DemoReport.Curriculum;
import io.wildstream.lab.report.DemoReport.Student;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.WorkloadSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts the report of a demo together from what it has measured. */
public final class DemoReportBuilder {

    private static final int VERSION = 1;

    private final WorkloadSettings settings;
    private final WildMixture mixture;
    private final TrainingSpec spec;
    private final DemoRun run;

    private DemoReportBuilder(DemoRun run) {
        this.settings = run.workload().settings();
        this.mixture = run.workload().mixture();
        this.spec = run.workload().spec();
        this.run = run;
    }

    /**
     * The report of a run.
     *
     * @param seconds from the command until now
     */
    public static DemoReport build(DemoRun run, double seconds) {
        return new DemoReportBuilder(run).report(seconds);
    }

    private DemoReport report(double seconds) {
        return new DemoReport(
                VERSION,
                settings.seed(),
                data(),
                common(),
                counts(),
                teacher(run.teacher()),
                curricula(),
                students(),
                new DemoReport.Rate(run.streamSeconds() == 0 ? 0 : run.counts().ingested() / run.streamSeconds()),
                run.cpuSeconds(),
                run.cpuSecondsToStart(),
                run.restarts(),
                ReportChecks.of(run.counts(), studentsToCurricula(), run.stored(), run.replayed()),
                seconds);
    }

    private DemoReport.Data data() {
        return new DemoReport.Data(
                mixture.original().name(),
                run.workload().classes(),
                mixture.teacherTrain().size(),
                mixture.test().size(),
                mixture.counts(),
                mixture.inDomainShare());
    }

    private DemoReport.Settings common() {
        return new DemoReport.Settings(
                settings.rate(),
                spec.getStudentModel(),
                spec.getMaxSteps(),
                spec.getBatchSize(),
                spec.getSgd().getLearningRate(),
                spec.getReplay().getRatio());
    }

    private DemoReport.Counts counts() {
        StreamCounts counts = run.counts();
        return new DemoReport.Counts(
                counts.ingested(),
                counts.teacherOutputs(),
                counts.deadLetters(),
                counts.selectorDeadLetters(),
                counts.trainerDeadLetters(),
                counts.deadLetterReasons(),
                counts.ingestedBySource());
    }

    private DemoReport.Teacher teacher(TeacherCache.Teacher teacher) {
        return new DemoReport.Teacher(
                teacher.description().name(),
                teacher.description().digest(),
                teacher.measured(),
                teacher.description().accuracy(),
                qDiagonal(),
                teacher.trainedNow(),
                run.teacherSeconds());
    }

    /** Where the gateway took the diagonal of Q from: the specs in the checkpoints hold what it resolved. */
    private @Nullable String qDiagonal() {
        return run.counts().checkpoints().values().stream()
                .flatMap(manifest -> manifest.getSpec().getTermsList().stream())
                .filter(LossTerm::hasDfnd)
                .findFirst()
                .map(term -> term.getDfnd().getQDiagonalCount() == 1
                        ? "the accuracy in the teacher's model.json"
                        : "the class accuracies in the teacher's model.json")
                .orElse(null);
    }

    private Map<String, Curriculum> curricula() {
        Map<String, Curriculum> curricula = new LinkedHashMap<>();
        for (String name : settings.curricula()) {
            var count = run.counts().curricula().get(name);
            if (count != null) {
                curricula.put(
                        name,
                        new Curriculum(
                                count.kept(),
                                count.notKept(),
                                count.share(mixture.original().name()),
                                count.classShares(),
                                new TreeMap<>(count.keptBySource()),
                                regret(name, count)));
            }
        }
        return curricula;
    }

    private @Nullable Double regret(String name, CurriculumCount count) {
        Decisions decisions = count.decisions();
        if (decisions == null || name.equals(Policies.RANDOM)) {
            return null;
        }
        boolean balanced = Policies.balanced(Policies.of(name, settings.rate(), settings.seed()));
        return decisions.regret(settings.rate(), balanced, count.keptByClass().size());
    }

    private Map<String, Student> students() {
        Map<String, Student> students = new LinkedHashMap<>();
        for (String name : settings.curricula()) {
            CheckpointManifest manifest = run.counts().checkpoints().get(name);
            if (manifest != null) {
                students.put(name, student(manifest, run.replayed().get(name)));
            }
        }
        return students;
    }

    private static Student student(CheckpointManifest manifest, @Nullable VerifyResult replayed) {
        return new Student(
                manifest.getCurriculum(),
                manifest.getStep(),
                manifest.getTrained(),
                manifest.hasHoldoutAccuracy() ? manifest.getHoldoutAccuracy() : null,
                manifest.getAgreement(),
                manifest.getWeightsSha256(),
                replayed == null ? null : replayed.weightsSha256());
    }

    private Map<String, String> studentsToCurricula() {
        Map<String, String> students = new LinkedHashMap<>();
        settings.curricula().forEach(name -> students.put(name, name));
        return students;
    }
}
