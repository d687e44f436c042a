package io.wildstream.local.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster consists of.
 *
 * @param command what starts it: {@code up} or {@code demo}
 * @param home where logs and state go
 * @param data directory of broker, checkpoints and selector state
 * @param portBase first of the consecutive ports, or null for free ones
 * @param modelStores directories of models for teacher and trainers
 * @param teacherModel name of the teacher's model in one of the stores
 * @param students ids of the students; each has a trainer of its own
 * @param holdout holdout file for the trainers, or null
 * @param checkpointInterval time between two checkpoints of a trainer
 * @param startTimeout longest time until all processes are ready
 * @param settings further configuration keys of all services
 * @param wholeHeap whether each process takes its whole heap at its start, so that what it takes later is not heap
 */
public record ClusterPlan(
        String command,
        Home home,
        Path data,
        @Nullable Integer portBase,
        List<Path> modelStores,
        String teacherModel,
        List<String> students,
        @Nullable Path holdout,
        Duration checkpointInterval,
        Duration startTimeout,
        Map<String, String> settings,
        boolean wholeHeap) {

    public ClusterPlan {
        modelStores = List.copyOf(modelStores);
        students = List.copyOf(students);
        settings = Map.copyOf(settings);
    }

    /** The same plan with further keys set, and the whole heap taken at the start. */
    public ClusterPlan measured(Map<String, String> keys) {
        return new ClusterPlan(
                command,
                home,
                data,
                portBase,
                modelStores,
                teacherModel,
                students,
                holdout,
                checkpointInterval,
                startTimeout,
                keys,
                true);
    }

    /**
     * Looks whether the ports from a base on are free, before anything is started; nothing for a base of null.
     *
     * @throws ClusterException when one is not
     */
    public static void requireFreePorts(@Nullable Integer base, List<String> students) {
        if (base != null) {
            Ports.from(base, portUsers(students));
        }
    }

    /** Where the trainers keep checkpoints. */
    public Path checkpoints() {
        return data.resolve("checkpoints");
    }

    /** All that need a port. */
    List<String> portUsers() {
        return portUsers(students);
    }

    private static List<String> portUsers(List<String> students) {
        List<String> users = new ArrayList<>(List.of("gateway", "broker", "controller", "teacher", "selector"));
        students.forEach(student -> users.add(trainer(student)));
        return users;
    }

    /** Name of a student's trainer process. */
    public static String trainer(String student) {
        return "trainer-" + student;
    }
}
