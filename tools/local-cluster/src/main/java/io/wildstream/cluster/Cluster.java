// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import io.wildstream.cluster.config.KeyFile;
import io.wildstream.cluster.process.ChildProcess;
import io.wildstream.cluster.process.ProcessSpec;
import io.wildstream.cluster.process.StartProgress;
import io.wildstream.cluster.process.StartWait;
import io.wildstream.cluster.process.Supervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A running cluster: a broker, a gateway, teachers, selectors and a trainer for each student, as processes of this machine that listen on
 * loopback only. Processes that die are restarted. Closing it leaves no process behind, and neither does the death of this one.
 */
public final class Cluster implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(12);
    /** For one process while the others keep working: the default of Kubernetes. */
    private static final Duration LONG_GRACE = Duration.ofSeconds(30);

    private static final long POLL_MILLIS = 100;

    private final ClusterPlan plan;
    private final Installation installation;
    private final Map<String, Integer> ports;
    private final ProcessSpecs specs;
    private final Supervisor supervisor;
    private final StateFile stateFile;
    private final Consumer<StartProgress> starting;
    /** In the order of starting; guarded by "this", as all fields below. */
    private final Map<String, ChildProcess> processes = new LinkedHashMap<>();

    private boolean ready;
    private boolean closed;

    /** Prepares it and starts nothing; package-private for tests. */
    Cluster(
            ClusterPlan plan,
            Installation installation,
            Supervisor.Listener listener,
            Consumer<StartProgress> starting) {
        this.plan = plan;
        this.starting = starting;
        this.installation = installation;
        plan.modelStores().forEach(ProcessSpecs::requireNoComma);
        StaleState.clean(plan.home());
        List<String> users = plan.portUsers();
        Integer base = plan.portBase();
        this.ports = new ConcurrentHashMap<>(base == null ? Ports.free(users) : Ports.from(base, users));
        this.specs = new ProcessSpecs(installation, plan, ports);
        this.stateFile = new StateFile(plan, ports);
        this.supervisor = new Supervisor(new StateKeeper(this, listener), plan.startTimeout());
    }

    /**
     * Starts all processes and waits until they are ready. The caller holds the lock of the plan's home until the cluster is closed.
     *
     * @param listener is called when processes die or are restarted
     * @param starting is called again and again with how far the start is
     * @param onMade gets the cluster before the first process starts, so that a shutdown hook can stop it
     * @throws ClusterException when something is missing, taken or does not become ready; nothing runs then
     */
    public static Cluster start(
            ClusterPlan plan,
            Installation installation,
            Supervisor.Listener listener,
            Consumer<StartProgress> starting,
            Consumer<Cluster> onMade) {
        Cluster cluster = new Cluster(plan, installation, listener, starting);
        cluster.start(onMade, cluster.specs::teachers);
        return cluster;
    }

    /**
     * The same without the teachers, which {@link #startTeachers} starts: nothing is answered, and so nothing selected, before the caller
     * has set what selects.
     */
    public static Cluster startWithoutTeachers(
            ClusterPlan plan,
            Installation installation,
            Supervisor.Listener listener,
            Consumer<StartProgress> starting,
            Consumer<Cluster> onMade) {
        Cluster cluster = new Cluster(plan, installation, listener, starting);
        cluster.start(onMade, List::of);
        return cluster;
    }

    /** Starts the teachers of the plan and returns when they are ready; the cluster is closed when they do not become so. */
    public void startTeachers() {
        orClose(() ->
                startWait().await(specs.teachers().stream().map(this::launch).toList(), this::pause));
    }

    private void start(Consumer<Cluster> onMade, Supplier<List<ProcessSpec>> teachers) {
        onMade.accept(this);
        orClose(() -> startAll(teachers.get()));
    }

    private void orClose(Runnable start) {
        try {
            start.run();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void startAll(List<ProcessSpec> teachers) {
        makeDirectories();
        StartWait wait = startWait();
        List<ProcessSpec> services = new ArrayList<>(List.of(specs.gateway()));
        services.addAll(teachers);
        services.addAll(specs.selectors());
        plan.students().forEach(student -> services.add(specs.trainer(student)));
        supervisor.start();
        if (plan.startsBroker()) {
            wait.await(List.of(launch(specs.broker())), this::pause);
        }
        wait.await(services.stream().map(this::launch).toList(), this::pause);
        synchronized (this) {
            ready = true;
        }
        writeState();
    }

    private void makeDirectories() {
        try {
            Files.createDirectories(plan.home().logs());
            Files.createDirectories(plan.checkpoints());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a trainer for a student that was not in the plan, on a free port, and does not wait for it. */
    public void startTrainer(String student) {
        launch(specsWithPortFor(ClusterPlan.trainer(student)).trainer(student));
    }

    /** Starts a trainer that condenses image sets, on a free port, and does not wait for it. */
    public void startCondenser() {
        launch(specsWithPortFor(ClusterPlan.CONDENSER).condenser());
    }

    /**
     * Starts a Prometheus that scrapes all processes, with Wildstream's rules, on a free port, and waits until it answers.
     *
     * @param program to run
     * @return its address
     */
    public String startPrometheus(Path program) {
        Path directory = Prometheus.directory(plan);
        Prometheus.configure(directory, installation, plan.tokenFile());
        ProcessSpecs with = specsWithPortFor(Prometheus.NAME);
        synchronized (this) {
            stateFile.scrape();
        }
        writeState();
        awaitReady(launch(with.prometheus(program, directory)));
        return "http://127.0.0.1:" + port(Prometheus.NAME);
    }

    private ProcessSpecs specsWithPortFor(String name) {
        ports.putAll(Ports.free(List.of(name)));
        return specs;
    }

    /** Stops the trainer of a student in order and forgets it. */
    public void stopTrainer(String student) {
        stop(ClusterPlan.trainer(student));
    }

    /** Starts the process and instance {@code teacher-<ordinal>} beside those of the plan and returns when it works. */
    public void addTeacher(int ordinal) {
        String name = "teacher-" + ordinal;
        awaitReady(launch(specsWithPortFor(name).teacher(name, name)));
    }

    /** Starts the process and instance {@code selector-<ordinal>} beside those of the plan and returns when it works. */
    public void addSelector(int ordinal) {
        String name = "selector-" + ordinal;
        awaitReady(launch(specsWithPortFor(name).selector(name, name)));
    }

    private void awaitReady(ChildProcess added) {
        startWait().await(List.of(added), this::pause);
    }

    private StartWait startWait() {
        return new StartWait(supervisor, plan.startTimeout(), starting);
    }

    /** Stops a process in order and forgets it; nothing happens when there is none of the name. */
    public void stop(String name) {
        ChildProcess process;
        synchronized (this) {
            process = processes.remove(name);
        }
        if (process != null) {
            process.requestStop();
            process.awaitStop(LONG_GRACE);
            supervisor.forget(process);
            writeState();
        }
    }

    /** Lets a process end in order and returns when its successor works. */
    public void restart(String name) {
        ChildProcess process =
                process(name).orElseThrow(() -> new IllegalArgumentException("there is no process " + name));
        StartWait wait = startWait();
        long deadline = System.nanoTime() + plan.startTimeout().toNanos();
        long before = process.pid();
        process.send(ChildProcess.Signal.TERMINATE);
        while (process.pid() == before && System.nanoTime() < deadline) {
            pause();
        }
        wait.await(List.of(process), this::pause);
    }

    private ChildProcess launch(ProcessSpec spec) {
        ChildProcess process = new ChildProcess(spec);
        synchronized (this) {
            if (closed) {
                throw new ClusterException("the cluster is being stopped");
            }
            Logs.rotate(spec.log());
            process.start();
            processes.put(spec.name(), process);
        }
        supervisor.watch(process);
        writeState();
        return process;
    }

    private void pause() {
        synchronized (this) {
            if (closed) {
                throw new ClusterException("the cluster is being stopped");
            }
        }
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while processes started", e);
        }
    }

    /**
     * Fails when a process was given up.
     *
     * @throws ClusterException with the line of its log that says why
     */
    public void requireHealthy() {
        ChildProcess lost = supervisor.lost();
        if (lost != null) {
            throw lost.failure("died too often, or could not be started again, and was given up");
        }
    }

    /**
     * Fails when a process was given up or another has taken its place: this cluster does not reach its end then.
     *
     * @throws ClusterException with the line of its log that says why
     */
    public void requireWhole() {
        requireHealthy();
        List<ChildProcess> all;
        synchronized (this) {
            all = List.copyOf(processes.values());
        }
        all.forEach(ChildProcess::requireNotTakenOver);
    }

    /** Host and port of the broker, or of the user's own Kafka. */
    public String bootstrapServers() {
        String broker = "127.0.0.1:" + ports.get("broker");
        KeyFile keyFile = plan.keyFile();
        return keyFile == null ? broker : keyFile.bootstrapServers(broker);
    }

    /** The token that the gateway wants, or null when it wants none. */
    public @Nullable String gatewayToken() {
        Path token = plan.tokenFile();
        return token == null ? null : GatewayToken.ensure(token);
    }

    /** Loopback port of a process. */
    public int port(String process) {
        return Ports.of(ports, process);
    }

    /** A process by name, when there is one. */
    public synchronized Optional<ChildProcess> process(String name) {
        return Optional.ofNullable(processes.get(name));
    }

    /** All processes in the order of starting. */
    public synchronized List<ChildProcess> processes() {
        return List.copyOf(processes.values());
    }

    /** Processor seconds of each process, dead incarnations included. */
    public Map<String, Double> cpuSeconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (ChildProcess process : processes()) {
            process.sampleCpu();
            seconds.put(process.name(), process.cpuSeconds());
        }
        return seconds;
    }

    /**
     * Runs a second trainer over a student's whole curriculum and waits for its end. The student itself stays as it is.
     *
     * @throws ClusterException when it fails or takes too long
     */
    public VerifyResult verify(String student, Duration timeout) {
        return Verification.run(installation, plan, ports, student, timeout);
    }

    /** Stops everything but the broker, so that what was committed can be counted. */
    public void stopServices() {
        List<ChildProcess> services = processes().stream()
                .filter(process -> !process.name().equals("broker"))
                .toList();
        // None can end in order while the broker is paused.
        process("broker").filter(ChildProcess::isPaused).ifPresent(broker -> broker.send(ChildProcess.Signal.CONTINUE));
        services.forEach(ChildProcess::requestStop);
        services.forEach(process -> process.awaitStop(GRACE));
    }

    /** Stops everything; calls after the first do nothing but wait for it. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        stopServices();
        supervisor.close();
        process("broker").ifPresent(broker -> {
            broker.requestStop();
            broker.awaitStop(GRACE);
        });
        stateFile.remove();
    }

    /** Writes what runs now to the state file, for commands of other processes. */
    synchronized void writeState() {
        if (closed) {
            return;
        }
        stateFile.write(processes.values(), ready);
    }

    /** Keeps the state file true when processes come and go. */
    private record StateKeeper(Cluster cluster, Supervisor.Listener next) implements Supervisor.Listener {

        @Override
        public void died(ChildProcess process, int exitStatus, Duration pause) {
            next.died(process, exitStatus, pause);
        }

        @Override
        public void restarted(ChildProcess process) {
            cluster.writeState();
            next.restarted(process);
        }

        @Override
        public void givenUp(ChildProcess process, int exitStatus) {
            next.givenUp(process, exitStatus);
        }

        @Override
        public void takenOver(ChildProcess process) {
            next.takenOver(process);
        }
    }
}
