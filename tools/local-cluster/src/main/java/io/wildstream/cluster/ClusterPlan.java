// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import io.wildstream.cluster.config.KeyFile;
import io.wildstream.cluster.process.JvmProfile;
import io.wildstream.contracts.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
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
 * @param teachers number of teacher processes, at least 1
 * @param selectors number of selector processes, at least 1
 * @param students ids of the students; each has a trainer of its own
 * @param holdout holdout file for the trainers, or null
 * @param checkpointInterval time between two checkpoints of a trainer
 * @param startTimeout longest time until all processes are ready, and until one that was started again is
 * @param settings further configuration keys of all services
 * @param tokenFile file with the token that the gateway wants, made when it is missing; null for a gateway without a token
 * @param profile what the Java machines of the services are made for
 * @param keyFile a user's file of configuration keys of all services, or null
 */
public record ClusterPlan(
        String command,
        Home home,
        Path data,
        @Nullable Integer portBase,
        List<Path> modelStores,
        String teacherModel,
        int teachers,
        int selectors,
        List<String> students,
        @Nullable Path holdout,
        Duration checkpointInterval,
        Duration startTimeout,
        Map<String, String> settings,
        @Nullable Path tokenFile,
        JvmProfile profile,
        @Nullable KeyFile keyFile) {

    /**
     * Longest time until all processes are ready where none is named. A start takes seconds; on a machine whose cores do other things,
     * minutes.
     */
    public static final Duration START_TIMEOUT = Duration.ofMinutes(10);

    /** Name of the process that condenses image sets. */
    public static final String CONDENSER = "condenser";

    /**
     * Begins a plan: one teacher, one selector, no student, free ports, data in the home's cluster directory.
     *
     * @param command what starts the cluster: {@code up} or {@code demo}
     */
    public static Builder builder(String command, Home home) {
        return new Builder(command, home);
    }

    public ClusterPlan {
        modelStores = List.copyOf(modelStores);
        students = List.copyOf(students);
        settings = Map.copyOf(settings);
    }

    /**
     * Checks that the ports from a base on are free, before anything is started; nothing for a base of null.
     *
     * @throws ClusterException when one is not
     */
    public static void requireFreePorts(
            @Nullable Integer base, int teachers, int selectors, List<String> students, @Nullable KeyFile keyFile) {
        Ports.requireLoopback();
        if (base != null) {
            Ports.from(base, portUsers(teachers, selectors, students, startsBroker(keyFile)));
        }
    }

    /** Whether the cluster starts a broker: not where it works with a Kafka of the user's own. */
    public boolean startsBroker() {
        return startsBroker(keyFile);
    }

    private static boolean startsBroker(@Nullable KeyFile keyFile) {
        return keyFile == null || !keyFile.hasKafka();
    }

    /** First part of the names of the topics. */
    public String topicPrefix() {
        return keyFile == null ? Topics.DEFAULT_PREFIX : keyFile.topics().prefix();
    }

    /** Where the trainers keep checkpoints. */
    public Path checkpoints() {
        return data.resolve("checkpoints");
    }

    /** Where a condenser keeps its results: a model store of the trainers. */
    public Path condensed() {
        return data.resolve("condensed");
    }

    /** All that need a port. */
    List<String> portUsers() {
        return portUsers(teachers, selectors, students, startsBroker());
    }

    private static List<String> portUsers(int teachers, int selectors, List<String> students, boolean broker) {
        List<String> users = new ArrayList<>(List.of("gateway"));
        if (broker) {
            users.addAll(List.of("broker", "controller"));
        }
        users.addAll(replicas("teacher", teachers));
        users.addAll(replicas("selector", selectors));
        students.forEach(student -> users.add(trainer(student)));
        return users;
    }

    /** Names of the teacher processes. */
    List<String> teacherNames() {
        return replicas("teacher", teachers);
    }

    /** Names of the selector processes. */
    List<String> selectorNames() {
        return replicas("selector", selectors);
    }

    /** The only one has the bare name. */
    private static List<String> replicas(String name, int count) {
        return count == 1
                ? List.of(name)
                : IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList();
    }

    /** Name of a student's trainer process. */
    public static String trainer(String student) {
        return "trainer-" + student;
    }

    /** Makes a plan; what is not set has the default that {@link ClusterPlan#builder} names. Good for one thread. */
    public static final class Builder {

        private final String command;
        private final Home home;
        private Path data;
        private @Nullable Integer portBase;
        private List<Path> modelStores = List.of();
        private String teacherModel = "";
        private int teachers = 1;
        private int selectors = 1;
        private List<String> students = List.of();
        private @Nullable Path holdout;
        private Duration checkpointInterval = Duration.ofSeconds(30);
        private Duration startTimeout = START_TIMEOUT;
        private Map<String, String> settings = Map.of();
        private @Nullable Path tokenFile;
        private JvmProfile profile = JvmProfile.LONG_RUN;
        private @Nullable KeyFile keyFile;

        private Builder(String command, Home home) {
            this.command = command;
            this.home = home;
            this.data = home.cluster();
        }

        /** Directory of broker, checkpoints and selector state. */
        public Builder data(Path directory) {
            this.data = directory;
            return this;
        }

        /** First of the consecutive ports, or null for free ones. */
        public Builder portBase(@Nullable Integer base) {
            this.portBase = base;
            return this;
        }

        /** Directories of models for teacher and trainers. */
        public Builder modelStores(List<Path> directories) {
            this.modelStores = directories;
            return this;
        }

        /** Name of the teacher's model in one of the stores. */
        public Builder teacherModel(String name) {
            this.teacherModel = name;
            return this;
        }

        /** Number of teacher processes, at least 1. */
        public Builder teachers(int count) {
            this.teachers = count;
            return this;
        }

        /** Number of selector processes, at least 1. */
        public Builder selectors(int count) {
            this.selectors = count;
            return this;
        }

        /** Ids of the students; each has a trainer of its own. */
        public Builder students(List<String> ids) {
            this.students = ids;
            return this;
        }

        /** Holdout file for the trainers, or null for none. */
        public Builder holdout(@Nullable Path file) {
            this.holdout = file;
            return this;
        }

        /** Time between two checkpoints of a trainer; 30 s by default. */
        public Builder checkpointInterval(Duration interval) {
            this.checkpointInterval = interval;
            return this;
        }

        /** Longest time until all processes are ready; {@link #START_TIMEOUT} by default. */
        public Builder startTimeout(Duration longest) {
            this.startTimeout = longest;
            return this;
        }

        /** Further configuration keys of all services. */
        public Builder settings(Map<String, String> keys) {
            this.settings = keys;
            return this;
        }

        /** File with the token that the gateway wants, made when it is missing. */
        public Builder tokenFile(@Nullable Path file) {
            this.tokenFile = file;
            return this;
        }

        /** What the Java machines of the services are made for; a long run by default. */
        public Builder profile(JvmProfile wanted) {
            this.profile = wanted;
            return this;
        }

        /** A user's file of configuration keys of all services, or null for none. */
        public Builder keyFile(@Nullable KeyFile file) {
            this.keyFile = file;
            return this;
        }

        /**
         * The plan.
         *
         * @throws IllegalArgumentException when it has no teacher or no selector, or names a student twice
         */
        public ClusterPlan build() {
            require(teachers >= 1, "a cluster needs at least one teacher");
            require(selectors >= 1, "a cluster needs at least one selector");
            require(Set.copyOf(students).size() == students.size(), "students must have different ids: " + students);
            return new ClusterPlan(
                    command,
                    home,
                    data,
                    portBase,
                    modelStores,
                    teacherModel,
                    teachers,
                    selectors,
                    students,
                    holdout,
                    checkpointInterval,
                    startTimeout,
                    settings,
                    tokenFile,
                    profile,
                    keyFile);
        }

        private static void require(boolean holds, String message) {
            if (!holds) {
                throw new IllegalArgumentException(message);
            }
        }
    }
}
