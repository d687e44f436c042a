// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import io.wildstream.client.GatewayClient;
import io.wildstream.client.Policies;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterPlan;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.contracts.v1.CurriculumStatus;
import io.wildstream.contracts.v1.Student;
import io.wildstream.lab.data.WildMixture;
import io.wildstream.lab.workload.DemoData;
import io.wildstream.lab.workload.DemoMaterial;
import io.wildstream.lab.workload.DemoSettings;
import io.wildstream.lab.workload.TeacherCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A cluster without an end: what {@code up} starts. Its data stays in the home, and it goes on where it stopped. */
public final class Service {

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(30);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final long POLL_MILLIS = 500;

    private final DemoSettings settings;
    private final Home home;
    private final Installation installation;
    private final Screen screen;

    /** Prepares it; of the settings, those of the stream are not used. */
    public Service(DemoSettings settings, Home home, Installation installation, Screen screen) {
        this.settings = settings;
        this.home = home;
        this.installation = installation;
        this.screen = screen;
    }

    /**
     * Starts it and keeps it running until the process ends.
     *
     * @param onStop gets what must be done when the program is told to stop
     * @throws ClusterException when it does not start, or a process dies too often
     */
    public void run(Consumer<Runnable> onStop) throws InterruptedException {
        WildMixture mixture = DemoData.open(settings.data(), settings.seed());
        DemoMaterial material = DemoMaterial.check(settings, mixture, installation);
        Path prometheus = settings.run().prometheusProgram();
        ClusterPlan.requireFreePorts(settings.run().portBase(), 1, 1, settings.curricula());
        try (Home.Lock lock = home.lock()) {
            requireSameImages(mixture);
            TeacherCache.Teacher teacher = material.teacher(home, screen);
            ClusterPlan plan = ClusterPlan.builder("up", home)
                    .portBase(settings.run().portBase())
                    .modelStores(material.stores(teacher))
                    .teacherModel(teacher.name())
                    .students(settings.curricula())
                    .holdout(holdout(mixture))
                    .checkpointInterval(CHECKPOINT_INTERVAL)
                    .startTimeout(START_TIMEOUT)
                    .build();
            screen.say("cluster     starting");
            try (Cluster cluster =
                    Cluster.start(plan, installation, new ScreenListener(screen), made -> onStop.accept(made::close))) {
                if (prometheus != null) {
                    screen.say("prometheus  " + cluster.startPrometheus(prometheus));
                }
                if (settings.run().condenser()) {
                    cluster.startCondenser();
                }
                command(cluster, material);
                screen.say("cluster     ready; gateway http://127.0.0.1:" + cluster.port("gateway") + ", broker "
                        + cluster.bootstrapServers());
                while (true) {
                    cluster.requireHealthy();
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                }
            }
        }
    }

    /** A cluster's topics and students belong to one image set; another one needs another home. */
    private void requireSameImages(WildMixture mixture) {
        Path file = home.cluster().resolve("images.txt");
        String images = mixture.original().name() + " " + mixture.shape() + " "
                + DemoData.classes(mixture.original()).size() + " classes";
        try {
            if (Files.exists(file) && !Files.readString(file).equals(images)) {
                throw new ClusterException("the cluster in " + home.directory() + " is one for "
                        + Files.readString(file) + ", not for " + images
                        + ": name another directory with --home, or delete it with 'wildstream down --delete'");
            }
            Files.createDirectories(home.cluster());
            Files.writeString(file, images);
        } catch (IOException e) {
            throw new ClusterException(file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private Path holdout(WildMixture mixture) {
        Path file = home.cluster().resolve("holdout.pb.gz");
        return Files.exists(file) ? file : DemoData.writeHoldout(file, mixture);
    }

    /** Makes the curricula and students that are not there yet; those of an earlier run stay as they are. */
    private void command(Cluster cluster, DemoMaterial material) throws InterruptedException {
        try (GatewayClient gateway = GatewayClient.connect(cluster.port("gateway"))) {
            Set<String> curricula = gateway.status().getCurriculaList().stream()
                    .map(CurriculumStatus::getName)
                    .collect(Collectors.toSet());
            Set<String> students =
                    gateway.students().stream().map(Student::getStudent).collect(Collectors.toSet());
            settings.curricula().stream()
                    .filter(name -> !curricula.contains(name))
                    .forEach(name -> gateway.setPolicy(name, Policies.of(name, settings.rate(), settings.seed())));
            gateway.awaitPolicies(settings.curricula(), 1);
            settings.curricula().stream()
                    .filter(name -> !students.contains(name))
                    .forEach(name -> gateway.createStudent(name, name, material.spec()));
        }
    }
}
