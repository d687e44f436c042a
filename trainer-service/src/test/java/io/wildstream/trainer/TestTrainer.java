// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A trainer's training thread on the tests' broker. */
final class TestTrainer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    final TrainerStatus status = new TrainerStatus(TestCurriculum.STUDENT);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final StudentRunner runner;
    final Thread thread;

    TestTrainer(TestCurriculum curriculum, TrainerConfig config) {
        this(curriculum, config, Backing.of(config, TestBroker.get().client(), curriculum.topics));
    }

    TestTrainer(TestCurriculum curriculum, TrainerConfig config, Backing backing) {
        runner = new StudentRunner(
                config,
                TestBroker.get().client(),
                curriculum.topics,
                false,
                status,
                new TrainerMetrics(meters, status),
                backing);
        thread = new Thread(runner, "training-" + config.mode());
        thread.start();
    }

    TestTrainer await(StudentState state) {
        await(() -> status.student().getState() == state);
        return this;
    }

    void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
    }

    /** Waits for the end and returns the finished student. */
    CheckpointManifest finished() {
        await(() -> runner.result() != null);
        return runner.result();
    }

    /** What one of the trainer's counters says. */
    double count(String meter) {
        return meters.get("wildstream_trainer_" + meter + "_total").counter().count();
    }

    /** Ends at once, without a checkpoint. */
    void crash() {
        thread.interrupt();
        join();
    }

    void join() {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (thread.isAlive()) {
            throw new IllegalStateException("training has not ended");
        }
    }

    @Override
    public void close() {
        runner.stop();
        join();
    }
}
