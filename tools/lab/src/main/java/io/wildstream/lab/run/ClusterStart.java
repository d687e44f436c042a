// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterPlan;
import io.wildstream.cluster.config.KeyFile;
import io.wildstream.cluster.process.JvmProfile;
import io.wildstream.cluster.process.StartProgress;
import io.wildstream.cluster.process.Supervisor;
import io.wildstream.lab.terminal.ScreenListener;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.Workload;
import io.wildstream.lab.workload.WorkloadData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The first phase of a run: which processes a workload needs, and their start. One teacher and one selector unless said otherwise. */
public final class ClusterStart {

    /** A line that says how far a start is begins so. */
    public static final String PROGRESS = "starting    ";

    private static final String HOLDOUT = "holdout.pb.gz";

    private final String name;
    private final RunContext context;
    private final Workload workload;
    private List<String> trainers;
    private Supervisor.Listener listener;
    private int teachers = 1;
    private int selectors = 1;
    private Duration checkpointInterval = Duration.ofSeconds(20);
    private Map<String, String> keys = Map.of();
    private String prometheusRemark = "";
    private String started = "";
    private boolean evaluate;
    private JvmProfile profile = JvmProfile.LONG_RUN;
    private boolean token;
    private boolean withoutTeachers;
    private @Nullable KeyFile keyFile;

    private ClusterStart(String name, RunContext context, Workload workload) {
        this.name = name;
        this.context = context;
        this.workload = workload;
        this.trainers = workload.settings().curricula();
        this.listener = new ScreenListener(context.screen());
    }

    /** A cluster for a workload, with a trainer for each of its curricula. The name is that of the command. */
    public static ClusterStart of(String name, RunContext context, Workload workload) {
        return new ClusterStart(name, context, workload);
    }

    /** Numbers of teachers and selectors. */
    public ClusterStart replicas(int newTeachers, int newSelectors) {
        teachers = newTeachers;
        selectors = newSelectors;
        return this;
    }

    /** Students whose trainers are started with the cluster. */
    public ClusterStart trainers(List<String> students) {
        trainers = students;
        return this;
    }

    /** Time between two checkpoints of a trainer. */
    public ClusterStart checkpointInterval(Duration interval) {
        checkpointInterval = interval;
        return this;
    }

    /** Whether the trainers measure their students on the test part. */
    public ClusterStart evaluate(boolean wanted) {
        evaluate = wanted;
        return this;
    }

    /** Further configuration keys of all services. */
    public ClusterStart keys(Map<String, String> further) {
        keys = further;
        return this;
    }

    /** A user's file of configuration keys of all services, or null for none. */
    public ClusterStart keyFile(@Nullable KeyFile file) {
        keyFile = file;
        return this;
    }

    /** Lets the gateway want the token of the home, which is made when it is missing. */
    public ClusterStart token() {
        token = true;
        return this;
    }

    /** What the Java machines of the services are made for; a long run by default. */
    public ClusterStart profile(JvmProfile wanted) {
        profile = wanted;
        return this;
    }

    /** Leaves the teachers to the caller ({@link Cluster#startTeachers}). */
    public ClusterStart withoutTeachers() {
        withoutTeachers = true;
        return this;
    }

    /** Who is notified of processes that die, in place of the screen. */
    public ClusterStart listener(Supervisor.Listener other) {
        listener = other;
        return this;
    }

    /** What is said behind the address of a Prometheus. */
    public ClusterStart prometheusRemark(String remark) {
        prometheusRemark = remark;
        return this;
    }

    /**
     * Looks for what can be missing, before anything is trained or started.
     *
     * @throws ClusterException when a port is taken or a wanted program is not there
     */
    public void requireReady() {
        workload.requireTeachersAccuracy();
        var unused = workload.settings().run().prometheusProgram();
        ClusterPlan.requireFreePorts(workload.settings().run().portBase(), teachers, selectors, trainers, keyFile);
    }

    /**
     * Starts all processes. The caller holds the lock of the home and closes the directory after the run; when the program is stopped, all
     * processes stop and the directory is closed.
     *
     * @throws ClusterException when one does not become ready; nothing runs then
     */
    public WorkloadRun start(TeacherCache.Teacher teacher, RunDirectory directory) {
        ClusterPlan plan = plan(teacher, directory.path());
        context.screen().say("cluster     starting " + processes());
        Consumer<Cluster> onMade = made -> context.onStop().accept(() -> {
            made.close();
            directory.close();
        });
        Cluster cluster = withoutTeachers
                ? Cluster.startWithoutTeachers(plan, context.installation(), listener, this::show, onMade)
                : Cluster.start(plan, context.installation(), listener, this::show, onMade);
        try {
            context.screen().clear();
            context.screen().say("started     " + started);
            startFurther(cluster);
            return new WorkloadRun(cluster, workload, context.screen(), selectors);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void show(StartProgress progress) {
        started = progress.text();
        context.screen().show(List.of("  " + started), PROGRESS + started);
    }

    private ClusterPlan plan(TeacherCache.Teacher teacher, Path data) {
        return ClusterPlan.builder(name, context.home())
                .data(data)
                .portBase(workload.settings().run().portBase())
                .modelStores(workload.stores(teacher))
                .teacherModel(teacher.name())
                .teachers(teachers)
                .selectors(selectors)
                .students(trainers)
                .holdout(evaluate && workload.mixture().hasTest() ? holdout(data.resolve(HOLDOUT)) : null)
                .checkpointInterval(checkpointInterval)
                .startTimeout(context.startTimeout())
                .tokenFile(token ? context.home().tokenFile() : null)
                .settings(keys)
                .profile(profile)
                .keyFile(keyFile)
                .build();
    }

    private Path holdout(Path file) {
        return Files.exists(file) ? file : WorkloadData.writeHoldout(file, workload.mixture());
    }

    private void startFurther(Cluster cluster) {
        @Nullable Path prometheus = workload.settings().run().prometheusProgram();
        if (prometheus != null) {
            context.screen().say("prometheus  " + cluster.startPrometheus(prometheus) + prometheusRemark);
        }
        if (workload.settings().run().condenser()) {
            cluster.startCondenser();
        }
    }

    private String processes() {
        String replicas = count(teachers, "teacher") + ", " + count(selectors, "selector");
        boolean broker = keyFile == null || !keyFile.hasKafka();
        return (broker ? "broker, " : "") + "gateway, " + replicas
                + (trainers.isEmpty() ? "" : " and " + trainers.size() + " trainer(s)");
    }

    private static String count(int number, String what) {
        return number == 1 ? what : number + " " + what + "s";
    }
}
