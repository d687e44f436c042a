// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.up;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.config.KeyFile;
import io.wildstream.contracts.v1.CurriculumStatus;
import io.wildstream.contracts.v1.Student;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.run.ClusterStart;
import io.wildstream.lab.run.RunContext;
import io.wildstream.lab.run.RunDirectory;
import io.wildstream.lab.run.WorkloadRun;
import io.wildstream.lab.workload.TeacherCache;
import io.wildstream.lab.workload.Workload;
import io.wildstream.lab.workload.WorkloadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A cluster without an end: what {@code up} starts. Its data stays in the home, and the next start continues where it stopped. */
public final class LongRunningCluster {

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(30);

    private final WorkloadSettings settings;
    private final RunContext context;
    private final @Nullable KeyFile keyFile;

    /**
     * Prepares it and starts nothing; of the settings, those of the stream are not used.
     *
     * @param keyFile a user's file of configuration keys of all services, or null
     */
    public LongRunningCluster(WorkloadSettings settings, RunContext context, @Nullable KeyFile keyFile) {
        this.settings = settings;
        this.context = context;
        this.keyFile = keyFile;
    }

    /**
     * Starts it and keeps it running until the process ends.
     *
     * @throws ClusterException when it does not start, or a process dies too often
     */
    public void run() throws InterruptedException {
        Workload workload = Workload.openToBeFed(settings, context.installation());
        ClusterStart start = ClusterStart.of("up", context, workload)
                .evaluate(true)
                .token()
                .checkpointInterval(CHECKPOINT_INTERVAL)
                .keyFile(keyFile);
        if (readsOwnTopic()) {
            start.withoutTeachers();
        }
        start.requireReady();
        requireKafka();
        try (Home.Lock lock = context.home().lock()) {
            requireSameImages(context.home(), workload.mixture());
            workload.fewSteps().ifPresent(few -> context.screen().say("students    " + few));
            TeacherCache.Teacher teacher = workload.teacher(context.home(), context.screen());
            RunDirectory directory = RunDirectory.permanent(context.home().cluster());
            try (WorkloadRun run = start.start(teacher, directory)) {
                createCurricula(run, workload);
                startWaitingTeachers(run);
                createStudents(run, workload);
                int gateway = run.cluster().port("gateway");
                context.screen()
                        .say("cluster     ready; gateway http://127.0.0.1:" + gateway + ", broker "
                                + run.cluster().bootstrapServers() + ", token in "
                                + context.home().tokenFile());
                run.stay();
            }
        }
    }

    private boolean readsOwnTopic() {
        return keyFile != null && !keyFile.topics().makesSamples();
    }

    /** Services that do not find it would be started again and again. */
    private void requireKafka() {
        if (keyFile != null && keyFile.hasKafka()) {
            context.screen().say("kafka       looking at " + keyFile.bootstrapServers(""));
            keyFile.requireKafka();
        }
    }

    /** A cluster's topics and students belong to one image set; another one needs another home. */
    static void requireSameImages(Home home, WildMixture mixture) {
        Path file = home.cluster().resolve("images.txt");
        String images = mixture.original().name() + " " + mixture.shape() + " "
                + mixture.original().classCount() + " classes";
        try {
            if (Files.exists(file) && !Files.readString(file).equals(images)) {
                throw new ClusterException("the cluster in " + home.directory() + " was made for "
                        + Files.readString(file) + ", not for " + images
                        + ": name another directory with --home, or delete it with 'wildstream down --delete'");
            }
            Files.createDirectories(home.cluster());
            Files.writeString(file, images);
        } catch (IOException e) {
            throw new ClusterException(file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Curricula of an earlier start stay as they are. */
    private void createCurricula(WorkloadRun run, Workload workload) throws InterruptedException {
        Set<String> there = run.gateway().status().getCurriculaList().stream()
                .map(CurriculumStatus::getName)
                .collect(Collectors.toSet());
        workload.policies().forEach((name, policy) -> {
            if (!there.contains(name)) {
                run.gateway().setPolicy(name, policy);
            }
        });
        run.awaitCurricula(settings.curricula());
    }

    /** What is in a topic of the user's own already is answered when there is somebody to select it. */
    private void startWaitingTeachers(WorkloadRun run) {
        if (readsOwnTopic()) {
            context.screen().say("cluster     starting the teachers");
            run.cluster().startTeachers();
            context.screen().clear();
        }
    }

    /** Students of an earlier start stay as they are. */
    private void createStudents(WorkloadRun run, Workload workload) {
        Set<String> there =
                run.gateway().students().stream().map(Student::getStudent).collect(Collectors.toSet());
        run.createStudents(
                settings.curricula().stream()
                        .filter(name -> !there.contains(name))
                        .toList(),
                workload.spec());
    }
}
