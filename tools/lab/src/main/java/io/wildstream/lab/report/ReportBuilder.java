// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import io.wildstream.client.Policies;
import io.wildstream.client.count.CurriculumCount;
import io.wildstream.client.count.Decisions;
import io.wildstream.client.count.StreamCounts;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.lab.data.WildMixture;
import io.wildstream.lab.demo.Demo;
import io.wildstream.lab.report.DemoReport.Curriculum;
import io.wildstream.lab.report.DemoReport.Student;
import io.wildstream.lab.workload.DemoMaterial;
import io.wildstream.lab.workload.DemoSettings;
import io.wildstream.lab.workload.TeacherCache;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the report together. */
public final class ReportBuilder {

    private static final int VERSION = 1;

    private final DemoSettings settings;
    private final WildMixture mixture;
    private final DemoMaterial material;
    private final Demo.Run run;

    public ReportBuilder(DemoSettings settings, WildMixture mixture, DemoMaterial material, Demo.Run run) {
        this.settings = settings;
        this.mixture = mixture;
        this.material = material;
        this.run = run;
    }

    public DemoReport build(TeacherCache.Teacher teacher, double teacherSeconds, double seconds) {
        return new DemoReport(
                VERSION,
                settings.seed(),
                data(),
                common(),
                counts(),
                teacher(teacher, teacherSeconds),
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
                mixture.teacherTrain().size(),
                mixture.test().size(),
                mixture.counts(),
                mixture.inDomainShare());
    }

    private DemoReport.Settings common() {
        return new DemoReport.Settings(
                settings.rate(),
                material.spec().getStudentModel(),
                material.spec().getMaxSteps(),
                material.spec().getBatchSize(),
                material.spec().getSgd().getLearningRate(),
                material.spec().getReplay().getRatio());
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

    private DemoReport.Teacher teacher(TeacherCache.Teacher teacher, double teacherSeconds) {
        return new DemoReport.Teacher(
                teacher.description().name(),
                teacher.description().digest(),
                teacher.description().accuracy(),
                teacher.trainedNow(),
                teacherSeconds);
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
                                new java.util.TreeMap<>(count.keptBySource()),
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
