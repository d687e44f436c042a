// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.client.Feeder;
import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.StatusWatch;
import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.lab.terminal.Progress;
import io.wildstream.lab.terminal.Screen;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** Feeds a stream that has an end, and follows its students until each has made its last step; other students do not matter. */
public final class FiniteStream {

    private static final long POLL_MILLIS = 250;

    private final GatewayClient gateway;
    private final Plan plan;
    private final Screen screen;

    /**
     * What is fed and who learns.
     *
     * @param students who must finish
     * @param total samples of the stream
     * @param samplesPerSecond pace of the feeder; infinite for as fast as it goes
     * @param timeLimit after which the stream is given up
     */
    public record Plan(Collection<String> students, int total, double samplesPerSecond, Duration timeLimit) {}

    /** Sees each status, and may end the stream by an exception. */
    @FunctionalInterface
    public interface Observer {
        /**
         * Called every quarter of a second.
         *
         * @param fed whether all samples were sent
         */
        void see(PipelineStatus status, boolean fed);
    }

    /** The last status, and what was sent. */
    public record Outcome(PipelineStatus status, Feeder feeder) {}

    public FiniteStream(GatewayClient gateway, Plan plan, Screen screen) {
        this.gateway = gateway;
        this.plan = plan;
        this.screen = screen;
    }

    /**
     * Runs it to its end.
     *
     * @throws ClusterException when the gateway does not take it, a student fails, or it takes too long
     */
    public Outcome run(Iterator<Sample> samples, Observer observer) throws InterruptedException {
        Feeder feeder = new Feeder(gateway, plan.samplesPerSecond());
        long begun = System.nanoTime();
        try (StatusWatch watch = new StatusWatch(gateway);
                Feeding feeding = new Feeding(samples, feeder, true)) {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                boolean fed = feeding.isDone();
                PipelineStatus status = watch.newest().orElse(PipelineStatus.getDefaultInstance());
                Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
                Progress progress = new Progress(status, plan.total(), elapsed);
                observer.see(status, fed);
                requireNoFailure(status);
                screen.show(progress.block(), progress.line());
                if (fed && progress.finished(plan.students())) {
                    return new Outcome(status, feeder);
                }
                if (elapsed.compareTo(plan.timeLimit()) > 0) {
                    throw new ClusterException("the time limit of "
                            + plan.timeLimit().toSeconds() + " s has passed; the last state: " + progress.line());
                }
            }
        }
    }

    private void requireNoFailure(PipelineStatus status) {
        for (StudentStatus student : status.getStudentsList()) {
            if (plan.students().contains(student.getStudent())
                    && student.getState() == StudentState.STUDENT_STATE_FAILED) {
                throw new ClusterException(
                        "student " + student.getStudent() + " failed: " + problem(status, student.getStudent()));
            }
        }
    }

    private static String problem(PipelineStatus status, String student) {
        return status.getInstancesList().stream()
                .filter(instance -> instance.getStudent().getStudent().equals(student))
                .map(InstanceStatus::getProblem)
                .filter(problem -> !problem.isEmpty())
                .findFirst()
                .orElse("see its trainer's log");
    }
}
