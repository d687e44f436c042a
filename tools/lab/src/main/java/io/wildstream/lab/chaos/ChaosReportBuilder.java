// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import io.wildstream.client.proof.AnswerCount;
import io.wildstream.client.proof.CurriculumProof;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.client.proof.TrainedProof;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.lab.report.Check;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts the report together and decides what holds. */
final class ChaosReportBuilder {

    private static final int VERSION = 1;
    private static final String NONE = "none";

    private final ChaosSettings settings;
    private final long sent;
    private final StreamProof proof;
    private final Map<String, VerifyResult> replays;
    private final List<ChaosReport.Event> events;
    private final Map<String, Integer> unplannedDeaths;

    ChaosReportBuilder(
            ChaosSettings settings,
            long sent,
            StreamProof proof,
            Map<String, VerifyResult> replays,
            List<ChaosReport.Event> events,
            Map<String, Integer> unplannedDeaths) {
        this.settings = settings;
        this.sent = sent;
        this.proof = proof;
        this.replays = replays;
        this.events = events;
        this.unplannedDeaths = unplannedDeaths;
    }

    ChaosReport build(double seconds) {
        Map<String, ChaosReport.Student> students = students();
        ChaosReport.Student first = students.values().iterator().next();
        return new ChaosReport(
                VERSION,
                settings.workload().seed(),
                events.size(),
                faults(),
                counts(),
                missing(),
                duplicates(),
                first.weightsSha256(),
                first.replaySha256(),
                students,
                unplannedDeaths,
                recovery(),
                events,
                checks(students),
                seconds);
    }

    private Map<String, Map<String, Integer>> faults() {
        Map<String, Map<String, Integer>> faults = new TreeMap<>();
        events.forEach(event -> faults.computeIfAbsent(event.victim(), unused -> new TreeMap<>())
                .merge(event.kind(), 1, Integer::sum));
        return faults;
    }

    private ChaosReport.Counts counts() {
        Map<String, Long> kept = new TreeMap<>();
        proof.curricula().forEach((name, curriculum) -> kept.put(name, curriculum.kept()));
        Map<String, Long> trained = new TreeMap<>();
        proof.students().forEach((name, student) -> trained.put(name, student.trained()));
        return new ChaosReport.Counts(
                sent, proof.ingested(), proof.outputs().answered(), proof.deadLetters(), kept, trained);
    }

    private ChaosReport.Missing missing() {
        return new ChaosReport.Missing(
                sent - proof.distinct(),
                proof.outputs().missing(),
                sumOfDecisions(AnswerCount::missing),
                sumOfStudents(TrainedProof::missing));
    }

    private ChaosReport.Duplicates duplicates() {
        long entries = proof.curricula().values().stream()
                .mapToLong(CurriculumProof::repeated)
                .sum();
        return new ChaosReport.Duplicates(
                proof.outputs().repeated(),
                entries,
                sumOfDecisions(AnswerCount::repeated),
                sumOfStudents(TrainedProof::repeated));
    }

    private long sumOfDecisions(java.util.function.ToLongFunction<AnswerCount> figure) {
        return proof.curricula().values().stream()
                .map(CurriculumProof::decisions)
                .mapToLong(figure)
                .sum();
    }

    private long sumOfStudents(java.util.function.ToLongFunction<TrainedProof> figure) {
        return proof.students().values().stream().mapToLong(figure).sum();
    }

    private Map<String, ChaosReport.Student> students() {
        Map<String, ChaosReport.Student> students = new LinkedHashMap<>();
        for (String name : settings.workload().curricula()) {
            TrainedProof trained = proof.students().get(name);
            VerifyResult replay = replays.get(name);
            students.put(
                    name,
                    new ChaosReport.Student(
                            trained == null ? 0 : trained.steps(),
                            trained == null ? 0 : trained.trained(),
                            trained == null ? 0 : trained.checkpoints(),
                            trained == null ? NONE : trained.weightsSha256(),
                            replay == null ? NONE : replay.weightsSha256()));
        }
        return students;
    }

    private ChaosReport.Recovery recovery() {
        double[] sorted = events.stream()
                .mapToDouble(ChaosReport.Event::recoverySeconds)
                .sorted()
                .toArray();
        return new ChaosReport.Recovery(sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }

    private List<Check> checks(Map<String, ChaosReport.Student> students) {
        ChaosReport.Missing missing = missing();
        ChaosReport.Duplicates twice = duplicates();
        List<Check> checks = new ArrayList<>();
        checks.add(zero("faults that were not injected", settings.kills() - events.size()));
        checks.add(zero("samples sent of which no record exists", missing.samples()));
        checks.add(zero("records of samples without a teacher output or dead letter", missing.teacherOutputs()));
        checks.add(zero("records of samples with several outputs or dead letters", twice.teacherOutputs()));
        checks.add(zero("dead letters, all of them of good samples", proof.deadLetters()));
        checks.add(zero(
                "outputs that belong to no record of samples", proof.outputs().strays()));
        checks.add(zero("curriculum entries of a sample that has one already", twice.curriculum()));
        checks.add(zero("teacher outputs without a decision", missing.decisions()));
        checks.add(zero("decisions about a sample that was decided already", twice.decisions()));
        checks.add(zero("decisions that belong to no teacher output", sumOfDecisions(AnswerCount::strays)));
        checks.add(zero("entries that no step used", missing.trained()));
        checks.add(zero("entries that more than one step used", twice.trained()));
        settings.workload().curricula().forEach(name -> checks.addAll(student(name, students.get(name))));
        return checks;
    }

    private List<Check> student(String name, ChaosReport.@org.jspecify.annotations.Nullable Student student) {
        TrainedProof trained = proof.students().get(name);
        VerifyResult replay = replays.get(name);
        if (trained == null || replay == null || student == null) {
            return List.of(new Check(name + ": learned and replayed", false, "no checkpoint or no replay"));
        }
        return List.of(
                new Check(name + ": finished", trained.finished(), "step " + trained.steps()),
                new Check(
                        name + ": trained = entries = those of the replay",
                        trained.trained() == trained.expected() && trained.trained() == replay.trained(),
                        trained.trained() + ", " + trained.expected() + ", " + replay.trained()),
                new Check(
                        name + ": weights = those of the replay, after as many steps",
                        trained.weightsSha256().equals(replay.weightsSha256()) && trained.steps() == replay.step(),
                        trained.weightsSha256() + " after " + trained.steps() + ", " + replay.weightsSha256()
                                + " after " + replay.step()));
    }

    private static Check zero(String name, long count) {
        return new Check(name, count == 0, Long.toString(count));
    }
}
