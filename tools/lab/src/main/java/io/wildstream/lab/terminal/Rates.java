// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import com.google.protobuf.Timestamp;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.SelectorStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Samples per second between two statuses, from what the instances count themselves. Each instance is measured between its own two
 * heartbeats; one that has not sent a second one, or was started again, is left out.
 *
 * @param before the earlier status
 * @param after the later one
 */
public record Rates(PipelineStatus before, PipelineStatus after) {

    private static final long POLL_MILLIS = 200;
    /** Extra time for an instance whose heartbeat is late. */
    private static final Duration GRACE = Duration.ofSeconds(4);

    /** Measures rates over a time, and a little longer when an instance has sent no heartbeat meanwhile. */
    public static Rates measure(Supplier<PipelineStatus> status, Duration over) throws InterruptedException {
        PipelineStatus before = status.get();
        long begun = System.nanoTime();
        while (true) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            Rates rates = new Rates(before, status.get());
            long passed = System.nanoTime() - begun;
            if (passed >= over.toNanos()
                    && (rates.complete() || passed >= over.plus(GRACE).toNanos())) {
                return rates;
            }
        }
    }

    /** Whether each live teacher, selector and trainer of the earlier status was heard again. */
    public boolean complete() {
        Map<String, InstanceStatus> later = byName(after);
        return before.getInstancesList().stream()
                .filter(instance -> instance.hasTeacher() || instance.hasSelector() || instance.hasStudent())
                .filter(instance -> !silent(before, instance))
                .allMatch(instance -> seconds(instance, later.getOrDefault(instance.getInstance(), instance)) > 0);
    }

    /** Outputs of all teachers. */
    public OptionalDouble teacher() {
        return sum(InstanceStatus::hasTeacher, status -> status.getTeacher().getOutputs());
    }

    /** Samples that all selectors kept for a curriculum. */
    public OptionalDouble curriculum(String name) {
        return sum(
                InstanceStatus::hasSelector,
                status -> status.getSelector().getCurriculaList().stream()
                        .filter(curriculum -> curriculum.getName().equals(name))
                        .mapToLong(SelectorStatus.Curriculum::getKept)
                        .sum());
    }

    /** Samples that a student learned. */
    public OptionalDouble student(String student) {
        return sum(
                status -> status.getStudent().getStudent().equals(student),
                status -> status.getStudent().getTrained());
    }

    private OptionalDouble sum(Predicate<InstanceStatus> which, ToLongFunction<InstanceStatus> count) {
        Map<String, InstanceStatus> earlier = byName(before);
        double sum = 0;
        boolean measured = false;
        for (InstanceStatus now : after.getInstancesList()) {
            InstanceStatus then = earlier.get(now.getInstance());
            boolean comparable =
                    then != null && which.test(now) && then.getStarted().equals(now.getStarted());
            double seconds = comparable ? seconds(Objects.requireNonNull(then), now) : 0;
            if (seconds > 0) {
                measured = true;
                sum += Math.max(0, count.applyAsLong(now) - count.applyAsLong(Objects.requireNonNull(then))) / seconds;
            }
        }
        return measured ? OptionalDouble.of(sum) : OptionalDouble.empty();
    }

    /** Whether an instance has sent no heartbeat for longer than a live instance may take. */
    static boolean silent(PipelineStatus status, InstanceStatus instance) {
        return age(status, instance) > StatusReporter.DEAD_AFTER.toSeconds();
    }

    /** Seconds since an instance's last heartbeat. */
    static double age(PipelineStatus status, InstanceStatus instance) {
        return seconds(status.getTime()) - seconds(instance.getTime());
    }

    private static double seconds(InstanceStatus then, InstanceStatus now) {
        return seconds(now.getTime()) - seconds(then.getTime());
    }

    static double seconds(Timestamp time) {
        return time.getSeconds() + time.getNanos() / 1e9;
    }

    private static Map<String, InstanceStatus> byName(PipelineStatus status) {
        return status.getInstancesList().stream()
                .collect(
                        Collectors.toMap(InstanceStatus::getInstance, instance -> instance, (first, second) -> second));
    }
}
