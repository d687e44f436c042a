// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.process.ChildProcess;
import io.wildstream.cluster.process.ChildProcess.Signal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Injects the planned faults into the processes of a cluster, each when the planned number of samples was fed and its victim has recovered
 * from the fault before. Faults of different victims overlap. Not thread-safe.
 */
final class FaultInjector {

    /** Least time between two faults, and between two health checks of a process: a check slows down a process that is starting. */
    private static final long TICK_MILLIS = 500;
    /** Faults that may be due at a time: how far the feeder may run ahead of the first fault that is still to come. */
    private static final int AHEAD = 2;
    /** A process that does not end by SIGTERM is killed after so long, as Kubernetes does. */
    private static final long GRACE_MILLIS = 30_000;

    private final Cluster cluster;
    private final Gate gate;
    private final long samples;
    private final LongSupplier millis;
    private final Consumer<ActiveFault> onDone;
    private final List<Fault> planned;
    private final Map<String, ActiveFault> recovering = new LinkedHashMap<>();
    private final List<ActiveFault> done = new ArrayList<>();
    private long lastTickMillis;

    /**
     * Prepares the faults and injects none yet.
     *
     * @param samples length of the stream
     * @param millis a clock
     * @param onDone is called with each fault when it is injected
     */
    FaultInjector(
            FaultPlan plan,
            Cluster cluster,
            Gate gate,
            long samples,
            LongSupplier millis,
            Consumer<ActiveFault> onDone) {
        this.planned = new ArrayList<>(plan.faults());
        this.cluster = cluster;
        this.gate = gate;
        this.samples = samples;
        this.millis = millis;
        this.onDone = onDone;
        this.lastTickMillis = millis.getAsLong() - TICK_MILLIS;
        openGate();
    }

    /** Checks the victims and injects the next fault if one is due. Does nothing when it was called less than half a second ago. */
    void tick() {
        if (millis.getAsLong() - lastTickMillis < TICK_MILLIS) {
            return;
        }
        lastTickMillis = millis.getAsLong();
        List.copyOf(recovering.values()).forEach(this::checkRecovery);
        Fault due = nextDue();
        if (due != null) {
            inject(due);
        }
    }

    /** Faults that were injected, in their order. */
    List<ActiveFault> done() {
        return List.copyOf(done);
    }

    /** Faults that are still to come. */
    int left() {
        return planned.size();
    }

    /** Whether every fault was injected and every victim works again. */
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
        ActiveFault active = new ActiveFault(fault, victim.pid(), millis.getAsLong());
        victim.send(
                switch (fault.kind()) {
                    case KILL -> Signal.KILL;
                    case RESTART -> Signal.TERMINATE;
                    case STOP, LONG_STOP -> Signal.STOP;
                });
        planned.remove(fault);
        done.add(active);
        recovering.put(fault.victim(), active);
        openGate();
        onDone.accept(active);
    }

    private void checkRecovery(ActiveFault active) {
        Fault fault = active.fault();
        ChildProcess victim = process(fault.victim());
        long age = millis.getAsLong() - active.begunMillis();
        switch (fault.kind()) {
            case STOP, LONG_STOP -> {
                if (!active.released() && age >= fault.stopMillis()) {
                    active.release();
                    victim.send(Signal.CONTINUE);
                    return;
                }
            }
            case RESTART -> {
                if (!active.released() && age >= GRACE_MILLIS && victim.pid() == active.pid()) {
                    active.release();
                    victim.send(Signal.KILL);
                    return;
                }
            }
            case KILL -> {}
        }
        boolean renewed = fault.stopMillis() > 0 ? active.released() : victim.pid() != active.pid();
        if (renewed && victim.isReady()) {
            active.recovered(millis.getAsLong());
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
