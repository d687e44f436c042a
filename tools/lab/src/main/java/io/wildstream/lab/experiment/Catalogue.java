// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import io.wildstream.client.Policies;
import io.wildstream.contracts.LossSpecs;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.lab.workload.WorkloadSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** All experiments, each as the trials of one seed. */
final class Catalogue {

    /** An experiment. */
    record Entry(String title, Function<WorkloadSettings, List<Trial>> trials) {}

    /** The curriculum of all samples. */
    static final String ALL = "all";

    private static final String SOFT = "kd-soft";
    private static final int DEFECTIVE_TEACHER_IMAGES = 300;
    /** Share of labels that are wrong. */
    private static final List<Double> NOISE = List.of(0.0, 0.2, 0.4);

    private static final Map<String, Entry> ENTRIES = entries();

    private Catalogue() {}

    private static Map<String, Entry> entries() {
        Map<String, Entry> all = new LinkedHashMap<>();
        all.put(
                "dfnd-vs-random",
                new Entry("DFND selection against random and all samples at equal steps", Catalogue::dfndVsRandom));
        all.put("kd-zoo", new Entry("Every method, one student, one curriculum", Catalogue::kdZoo));
        all.put("kd-fn", new Entry("KD against KD-fn on labelled original data with wrong labels", Catalogue::kdFn));
        all.put(
                "tf-kd",
                new Entry(
                        "Label smoothing, teacher-free distillation and KD on labelled original data",
                        Catalogue::tfKd));
        all.put("re-kd", new Entry("Defective and reversed teachers", Catalogue::reKd));
        all.put("self-kd", new Entry("Students that teach themselves and each other", Catalogue::selfKd));
        return all;
    }

    /** Names of all experiments. */
    static List<String> names() {
        return List.copyOf(ENTRIES.keySet());
    }

    /** The experiment of a name of {@link #names}. */
    static Entry of(String name) {
        Entry entry = ENTRIES.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("no experiment " + name + "; there are " + names());
        }
        return entry;
    }

    private static List<Trial> dfndVsRandom(WorkloadSettings settings) {
        Map<String, SelectionPolicy> curricula = new LinkedHashMap<>();
        Policies.NAMES.forEach(name -> curricula.put(name, policy(name, settings, 1)));
        for (String name : List.of(Policies.DFND, Policies.RANDOM)) {
            curricula.put(name + "-third", policy(name, settings, 1.0 / 3));
            curricula.put(name + "-double", policy(name, settings, 2));
        }
        curricula.put(ALL, all());
        List<Arm> arms = new ArrayList<>();
        curricula.keySet().forEach(name -> arms.add(new Arm(name, name, Methods.of("dfnd"))));
        for (String name : List.of(Policies.DFND, Policies.RANDOM)) {
            arms.add(new Arm(name + "-without-q", name, Methods.dfndWithoutQ()));
        }
        return List.of(new Trial("wild", settings, settings, null, curricula, arms));
    }

    private static List<Trial> kdZoo(WorkloadSettings settings) {
        List<Arm> arms = new ArrayList<>();
        for (String name : LossSpecs.names()) {
            if (!name.equals("alsd")) { // which classes are alike is for a user to say
                arms.add(new Arm(armName(name), "dfnd", Methods.of(name), null, Methods.generations(name)));
            }
        }
        arms.add(new Arm("kd-fn-code", "dfnd", Methods.kdFnCode()));
        return List.of(new Trial(
                "wild", settings, settings, null, Map.of(Policies.DFND, policy(Policies.DFND, settings, 1)), arms));
    }

    private static List<Trial> kdFn(WorkloadSettings settings) {
        List<Trial> trials = new ArrayList<>();
        for (double noise : NOISE) {
            trials.add(labelled(
                    String.format(Locale.ROOT, "noise-%.0f", 100 * noise),
                    settings,
                    settings,
                    noise,
                    List.of(arm("ce"), arm("kd"), arm("kd_fn"), new Arm("kd-fn-code", ALL, Methods.kdFnCode()))));
        }
        return trials;
    }

    private static List<Trial> tfKd(WorkloadSettings settings) {
        return List.of(labelled(
                "original",
                settings,
                settings,
                0,
                List.of(arm("ce"), arm("lsr"), arm("tf_kd_reg"), arm("tf_kd_self"), arm("kd"))));
    }

    private static List<Trial> selfKd(WorkloadSettings settings) {
        return List.of(labelled(
                "original",
                settings,
                settings,
                0,
                List.of(arm("ce"), arm("tf_kd_self"), arm("ps_kd"), arm("ban"), arm("dml"))));
    }

    private static List<Trial> reKd(WorkloadSettings settings) {
        WorkloadSettings.DataSettings data = settings.data();
        WorkloadSettings.TeacherSettings teacher = settings.teacher();
        WorkloadSettings defective = with(
                settings,
                data.purely(DEFECTIVE_TEACHER_IMAGES),
                new WorkloadSettings.TeacherSettings(
                        teacher.architecture(), null, 2, teacher.flip(), teacher.seed(), teacher.threads()));
        WorkloadSettings small = with(
                settings,
                data,
                new WorkloadSettings.TeacherSettings(
                        "lenet5", null, teacher.epochs(), teacher.flip(), teacher.seed(), teacher.threads()));
        return List.of(
                labelled("normal", settings, settings, 0, List.of(arm("ce"), arm("kd"), soft())),
                labelled("defective", settings, defective, 0, List.of(arm("kd"), soft())),
                labelled("reversed", settings, small, 0, List.of(large("ce"), large("kd"), softLarge())));
    }

    /** The same data without wild sets, each sample with its label. */
    private static Trial labelled(
            String setting, WorkloadSettings settings, WorkloadSettings teacher, double noise, List<Arm> arms) {
        WorkloadSettings pure =
                with(settings, settings.data().purely(settings.data().teacherImages()), settings.teacher());
        return new Trial(setting, pure, teacher, noise, Map.of(ALL, all()), arms);
    }

    private static WorkloadSettings with(
            WorkloadSettings settings, WorkloadSettings.DataSettings data, WorkloadSettings.TeacherSettings teacher) {
        return new WorkloadSettings(
                data,
                teacher,
                settings.student(),
                settings.curricula(),
                settings.rate(),
                settings.seed(),
                settings.run());
    }

    private static Arm arm(String method) {
        return new Arm(armName(method), ALL, Methods.of(method), null, Methods.generations(method));
    }

    private static Arm large(String method) {
        return large(armName(method), Methods.of(method));
    }

    private static Arm large(String name, List<LossTerm> terms) {
        return new Arm(name + "-vgg", ALL, terms, "vgg", 1);
    }

    /** As the paper sets it for small students. */
    private static Arm soft() {
        return new Arm(SOFT, ALL, Methods.softKd(0.95));
    }

    /** As the paper sets it for large students. */
    private static Arm softLarge() {
        return large(SOFT, Methods.softKd(0.6));
    }

    private static String armName(String method) {
        return method.replace('_', '-');
    }

    private static SelectionPolicy policy(String name, WorkloadSettings settings, double times) {
        return Policies.of(name, Math.min(1, times * settings.rate()), settings.seed());
    }

    private static SelectionPolicy all() {
        return Policies.of(Policies.RANDOM, 1, 0);
    }
}
