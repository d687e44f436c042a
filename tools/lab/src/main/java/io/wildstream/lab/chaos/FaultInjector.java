// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import io.wildstream.cluster.ChildProcess;
import io.wildstream.cluster.ChildProcess.Signal;
import io.wildstream.cluster.Cluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Does the faults of a plan to the processes of a cluster, each when so many samples were fed and its victim has got over its last one.
 * Faults of different victims overlap. Not for use by several threads.
 */
final class FaultInjector {

    /** Least time between two faults, and between two questions to a process: answers cost one that is starting. */
    private static final long TICK_MILLIS = 500;
    /** Faults that may be due at a time: how far the feeder may run ahead of the first that was not done. */
    private static final int AHEAD = 2;
    /** A process that does not end by SIGTERM is killed after so long, as Kubernetes does. */
    private static final long GRACE_MILLIS = 30_000;

    private final Cluster cluster;
    private final Gate gate;
    private final long samples;
    private final LongSupplier millis;
    private final Consumer<Injury> onDone;
    private final List<Fault> planned;
    private final Map<String, Injury> recovering = new LinkedHashMap<>();
    private final List<Injury> done = new ArrayList<>();
    private long lastTickMillis;

    /** A fault under way, and when its victim was well again. */
    static final class Injury {
        private final Fault fault;
        private final long pid;
        private final long begunMillis;
        private boolean released;
        private long healedMillis = -1;

        private Injury(Fault fault, long pid, long begunMillis) {
            this.fault = fault;
            this.pid = pid;
            this.begunMillis = begunMillis;
        }

        Fault fault() {
            return fault;
        }

        /** Milliseconds of the injector's clock at which it was done. */
        long begunMillis() {
            return begunMillis;
        }

        /** Milliseconds until the victim was well again; -1 while it is not. */
        long recoveryMillis() {
            return healedMillis < 0 ? -1 : healedMillis - begunMillis;
        }
    }

    /**
     * Prepares the faults; none is done yet.
     *
     * @param samples length of the stream
     * @param millis a clock
     * @param onDone hears of each fault when it is done
     */
    FaultInjector(FaultPlan plan, Cluster cluster, Gate gate, long samples, LongSupplier millis, Consumer<Injury> onDone) {
        this.planned = new ArrayList<>(plan.faults());
        this.cluster = cluster;
        this.gate = gate;
        this.samples = samples;
        this.millis = millis;
        this.onDone = onDone;
        this.lastTickMillis = millis.getAsLong() - TICK_MILLIS;
        openGate();
    }

    /** Looks after the victims and does the next fault if one is due. Does nothing when it was called less than half a second ago. */
    void tick() {
        if (millis.getAsLong() - lastTickMillis < TICK_MILLIS) {
            return;
        }
        lastTickMillis = millis.getAsLong();
        List.copyOf(recovering.values()).forEach(this::lookAfter);
        Fault due = nextDue();
        if (due != null) {
            inject(due);
        }
    }

    /** Faults that were done, in their order. */
    List<Injury> done() {
        return List.copyOf(done);
    }

    /** Faults that are still to come. */
    int left() {
        return planned.size();
    }

    /** Whether every fault was done and every victim is well again. */
    boolean isOver() {
        return planned.isEmpty() && recovering.isEmpty();
    }

    private @Nullable Fault nextDue() {
        long passed = gate.passed();
        return planned.stream()
                .filter(fault -> fault.at() <= passed && !recovering.containsKey(fault.victim()))
                .filter(fault -> process(fault.victim()).isReady())
                .findFirst()
                .orElse(null);
    }

    private void inject(Fault fault) {
        ChildProcess victim = process(fault.victim());
        Injury injury = new Injury(fault, victim.pid(), millis.getAsLong());
        victim.send(
                switch (fault.kind()) {
                    case KILL -> Signal.KILL;
                    case RESTART -> Signal.TERMINATE;
                    case STOP, LONG_STOP -> Signal.STOP;
                });
        planned.remove(fault);
        done.add(injury);
        recovering.put(fault.victim(), injury);
        openGate();
        onDone.accept(injury);
    }

    private void lookAfter(Injury injury) {
        Fault fault = injury.fault();
        ChildProcess victim = process(fault.victim());
        long age = millis.getAsLong() - injury.begunMillis();
        switch (fault.kind()) {
            case STOP, LONG_STOP -> {
                if (!injury.released && age >= fault.stopMillis()) {
                    injury.released = true;
                    victim.send(Signal.CONTINUE);
                    return;
                }
            }
            case RESTART -> {
                if (!injury.released && age >= GRACE_MILLIS && victim.pid() == injury.pid) {
                    injury.released = true;
                    victim.send(Signal.KILL);
                    return;
                }
            }
            case KILL -> {}
        }
        boolean renewed = fault.stopMillis() > 0 ? injury.released : victim.pid() != injury.pid;
        if (renewed && victim.isReady()) {
            injury.healedMillis = millis.getAsLong();
            recovering.remove(fault.victim());
        }
    }

    private void openGate() {
        gate.open(
                planned.isEmpty()
                        ? samples
                        : planned.get(Math.min(AHEAD, planned.size() - 1)).at());
    }

    private ChildProcess process(String name) {
        return cluster.process(name).orElseThrow();
    }
}
