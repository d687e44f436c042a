// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import io.wildstream.client.GatewayClient;
import io.wildstream.client.count.StreamCounter;
import io.wildstream.client.count.StreamCounts;
import io.wildstream.client.proof.ProofReader;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.cluster.process.ChildProcess;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.CpuTime;
import io.wildstream.lab.workload.Workload;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A workload on a local cluster, in the phases that all runs share: start the processes ({@link ClusterStart}), create curricula and
 * students, feed the stream and follow it, stop the services, collect what was committed. What a run does besides is said by the class that
 * uses it. Closing it stops all processes, in whatever phase it is.
 */
public final class WorkloadRun implements AutoCloseable {

    /** Key of this process among the processor seconds. */
    public static final String LAUNCHER = "launcher";

    private static final long STAY_POLL_MILLIS = 500;
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    private final Cluster cluster;
    private final GatewayClient gateway;
    private final Workload workload;
    private final Screen screen;
    private final int selectors;

    WorkloadRun(Cluster cluster, Workload workload, Screen screen, int selectors) {
        this.cluster = cluster;
        this.gateway = GatewayClient.connect("127.0.0.1", cluster.port("gateway"), cluster.gatewayToken());
        this.workload = workload;
        this.screen = screen;
        this.selectors = selectors;
    }

    /** The processes. */
    public Cluster cluster() {
        return cluster;
    }

    /** Its gateway, until {@link #stop}. */
    public GatewayClient gateway() {
        return gateway;
    }

    /** Creates curricula and returns when all selectors work with them. */
    public void createCurricula(Map<String, SelectionPolicy> policies) throws InterruptedException {
        policies.forEach(gateway::setPolicy);
        awaitCurricula(policies.keySet());
    }

    /** Returns when all selectors work with these curricula. */
    public void awaitCurricula(Collection<String> curricula) throws InterruptedException {
        gateway.awaitPolicies(List.copyOf(curricula), selectors);
    }

    /** Creates a student for each of these curricula, under its name. */
    public void createStudents(Collection<String> curricula, TrainingSpec spec) {
        curricula.forEach(name -> gateway.createStudent(name, name, spec));
    }

    /**
     * Begins to feed a stream.
     *
     * @param samplesPerSecond pace of the feeder; infinite for as fast as it goes
     * @param total number of the samples; 0 for a stream without an end
     */
    public FedStream feed(Iterator<Sample> samples, double samplesPerSecond, long total) {
        return new FedStream(gateway, samples, samplesPerSecond, total);
    }

    /**
     * Follows a stream until the step says so.
     *
     * @throws ClusterException when a process was given up, and whatever the step throws
     */
    public StreamView follow(FedStream stream, FedStream.Step step) throws InterruptedException {
        return stream.follow(checked(step));
    }

    /** The same with another time between two looks. */
    public StreamView follow(FedStream stream, Duration poll, FedStream.Step step) throws InterruptedException {
        return stream.follow(poll, checked(step));
    }

    private FedStream.Step checked(FedStream.Step step) {
        return view -> {
            cluster.requireWhole();
            return step.look(view);
        };
    }

    /**
     * Keeps the cluster running; returns by an exception only.
     *
     * @throws ClusterException when a process was given up
     */
    public void stay() throws InterruptedException {
        while (true) {
            cluster.requireHealthy();
            TimeUnit.MILLISECONDS.sleep(STAY_POLL_MILLIS);
        }
    }

    /**
     * Stops the services, so that what was committed can be read back.
     *
     * @param remark for the line that says so; may be empty
     */
    public void stop(String remark) {
        screen.clear();
        screen.say("counting    reading back what was committed" + remark);
        gateway.close();
        cluster.stopServices();
    }

    /** Counts what was committed. */
    public StreamCounts count(boolean examples) throws InterruptedException {
        return StreamCounter.count(
                cluster.bootstrapServers(), TOPICS, workload.classes().size(), examples);
    }

    /** Checks each committed record against the others. */
    public StreamProof proof() throws InterruptedException {
        return ProofReader.read(cluster.bootstrapServers(), TOPICS);
    }

    /** Lets a fresh process learn each student from the beginning of its curriculum. */
    public Map<String, VerifyResult> replay(Collection<String> students, Duration limit) {
        Map<String, VerifyResult> results = new LinkedHashMap<>();
        for (String student : students) {
            screen.say("replaying   a fresh process learns " + student + " from the beginning of its curriculum");
            results.put(student, cluster.verify(student, limit));
        }
        return results;
    }

    /** How often processes died and were started again; those that did not are left out. */
    public Map<String, Integer> restarts() {
        return cluster.processes().stream()
                .filter(process -> process.restarts() > 0)
                .collect(Collectors.toMap(ChildProcess::name, ChildProcess::restarts));
    }

    /** Processor seconds of all processes and of this one so far. */
    public Map<String, Double> cpuSeconds() {
        Map<String, Double> seconds = cluster.cpuSeconds();
        seconds.put(LAUNCHER, CpuTime.ofThisProcess());
        return seconds;
    }

    @Override
    public void close() {
        gateway.close();
        cluster.close();
    }
}
