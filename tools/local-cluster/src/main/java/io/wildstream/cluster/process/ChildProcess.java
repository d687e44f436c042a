// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import io.wildstream.cluster.ClusterException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of the cluster over all its incarnations: its processor time, its starts, and how it stops. The {@link Supervisor} restarts
 * it.
 */
public final class ChildProcess {

    private static final Logger LOGGER = LoggerFactory.getLogger(ChildProcess.class);
    private static final long MOST_LOG = 1 << 20;
    private static final long CPU_INTERVAL_MILLIS = 40;
    private static final long THREAD_DUMP_SECONDS = 2;

    private final ProcessSpec spec;
    /** Guarded by "this", as all fields below. */
    private @Nullable Process process;

    private Duration cpuOfEarlier = Duration.ZERO;
    private Duration cpuOfCurrent = Duration.ZERO;
    private int starts;
    /** Where the newest incarnation's part of the log begins. */
    private long logStart;

    private boolean stopping;
    private boolean paused;
    private boolean deathPlanned;

    /** Signals that a process can be sent on purpose. */
    public enum Signal {
        /** SIGKILL. The supervisor restarts it and does not count the death. */
        KILL,
        /** SIGTERM. The supervisor restarts it when it has ended, and does not count that. */
        TERMINATE,
        /** SIGSTOP: it is paused until {@link #CONTINUE}. */
        STOP,
        /** SIGCONT. */
        CONTINUE
    }

    public ChildProcess(ProcessSpec spec) {
        this.spec = spec;
    }

    /** Its name on the screen and in the report. */
    public String name() {
        return spec.name();
    }

    /**
     * Starts it, or starts it again.
     *
     * @throws ClusterException when the operating system refuses
     */
    public synchronized void start() {
        if (stopping) {
            return;
        }
        cpuOfEarlier = cpuOfEarlier.plus(cpuOfCurrent);
        cpuOfCurrent = Duration.ZERO;
        ProcessBuilder builder = new ProcessBuilder(spec.command());
        builder.environment().putAll(spec.environment());
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
        try {
            logStart = Files.exists(spec.log()) ? Files.size(spec.log()) : 0;
            process = builder.start();
        } catch (IOException e) {
            throw new ClusterException(name() + " could not be started: " + e.getMessage(), e);
        }
        starts++;
        paused = false;
        deathPlanned = false;
        LOGGER.info("process started name={} pid={} start={}", name(), process.pid(), starts);
    }

    /** Whether its newest incarnation runs. */
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Whether it can be used now. */
    public boolean isReady() {
        return isAlive() && !isPaused() && spec.readiness().isReady();
    }

    /** Whether its liveness check is good. */
    boolean isLive() {
        return isAlive() && spec.liveness().isReady();
    }

    /** Whether {@link Signal#STOP} has paused it. */
    public synchronized boolean isPaused() {
        return paused;
    }

    /** Whether its newest incarnation was ended on purpose by {@link #send}. */
    synchronized boolean isDeathPlanned() {
        return deathPlanned;
    }

    /** Sends it a signal; nothing happens to one that has ended. */
    public synchronized void send(Signal signal) {
        Process target = process;
        if (target == null || !target.isAlive()) {
            return;
        }
        sampleCpu();
        LOGGER.info("signal name={} pid={} signal={}", name(), target.pid(), signal);
        switch (signal) {
            case KILL -> {
                deathPlanned = true;
                target.toHandle().destroyForcibly();
            }
            case TERMINATE -> {
                deathPlanned = true;
                target.toHandle().destroy();
            }
            case STOP -> {
                paused = true;
                shell("kill -STOP " + target.pid());
            }
            case CONTINUE -> {
                paused = false;
                shell("kill -CONT " + target.pid());
            }
        }
    }

    /** Java can send two signals only; the shell sends the others. */
    private static void shell(String command) {
        try {
            new ProcessBuilder("/bin/sh", "-c", command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new ClusterException("'" + command + "' could not be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Process id of the newest incarnation, or -1 before the first. */
    public synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    /** How often it was started again after it had died. */
    public synchronized int restarts() {
        return Math.max(0, starts - 1);
    }

    /** Whether {@link #requestStop} was called. */
    public synchronized boolean isStopping() {
        return stopping;
    }

    /** Exit status of an incarnation that has ended, 128 + signal when it was killed; null while it runs. */
    public synchronized @Nullable Integer exitStatus() {
        return process == null || process.isAlive() ? null : process.exitValue();
    }

    /** Whether it has ended because another process has its place: a start would take the place back. */
    public boolean isTakenOver() {
        Integer status = exitStatus();
        return status != null && status.equals(spec.takenOverStatus());
    }

    /**
     * Returns when it has not ended because of another process.
     *
     * @throws ClusterException with the line of its log that says why
     */
    public void requireNotTakenOver() {
        if (isTakenOver()) {
            throw failure("was taken over by another process and is not restarted");
        }
    }

    /** Reads its processor time; of a dead incarnation the last reading counts. */
    public synchronized void sampleCpu() {
        if (process != null && process.isAlive()) {
            process.info().totalCpuDuration().ifPresent(cpu -> cpuOfCurrent = cpu);
        }
    }

    /** Processor seconds of all incarnations. */
    public synchronized double cpuSeconds() {
        return cpuOfEarlier.plus(cpuOfCurrent).toMillis() / 1000.0;
    }

    /** The one line of its newest incarnation's log that says why it does not work; empty when there is none. */
    public String failureLine() {
        try (FileChannel log = FileChannel.open(spec.log())) {
            long from = Math.max(logStart(), log.size() - MOST_LOG);
            byte[] bytes = Channels.newInputStream(log.position(from)).readAllBytes();
            return FailureLine.of(
                            new String(bytes, StandardCharsets.UTF_8).lines().toList())
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * The failure that tells the user about it.
     *
     * @param what has happened to it, such as {@code died}
     */
    public ClusterException failure(String what) {
        String why = failureLine();
        return new ClusterException(
                name() + " " + what + (why.isEmpty() ? "" : ": " + why) + " (its log: " + spec.log() + ")");
    }

    private synchronized long logStart() {
        return logStart;
    }

    /** The file that its output goes to. */
    public Path log() {
        return spec.log();
    }

    /** Asks it to stop (SIGTERM) and does not wait; it is not started again. */
    public synchronized void requestStop() {
        sampleCpu();
        stopping = true;
        if (process != null && process.isAlive()) {
            process.toHandle().destroy();
            if (paused) {
                send(Signal.CONTINUE);
            }
        }
    }

    /** Waits until it has stopped; after the grace period it is killed, and its log then ends with what its threads were at. */
    public void awaitStop(Duration grace) {
        Process running;
        synchronized (this) {
            running = process;
        }
        if (running == null) {
            return;
        }
        try {
            long deadline = System.nanoTime() + grace.toNanos();
            while (!running.waitFor(CPU_INTERVAL_MILLIS, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline) {
                sampleCpu();
            }
            if (running.isAlive()) {
                LOGGER.warn(
                        "process killed, it did not stop in time name={} graceSeconds={}", name(), grace.toSeconds());
                writeThreads(running);
                running.toHandle().destroyForcibly();
                running.waitFor(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            running.toHandle().destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** A JVM answers SIGQUIT with a dump of its threads on its output; any other process may end by it. */
    private static void writeThreads(Process running) throws InterruptedException {
        shell("kill -QUIT " + running.pid());
        running.waitFor(THREAD_DUMP_SECONDS, TimeUnit.SECONDS);
    }

    /** Kills it as {@code kill -9} does; to the supervisor that is a death like any other. */
    public synchronized void kill() {
        sampleCpu();
        if (process != null) {
            process.toHandle().destroyForcibly();
        }
    }
}
