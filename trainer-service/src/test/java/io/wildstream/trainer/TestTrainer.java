// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.trainer.checkpoint.Backing;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.control.TrainerStatus;
import io.wildstream.trainer.metrics.TrainerMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A trainer's training thread on the tests' broker. */
public final class TestTrainer implements AutoCloseable {

    private static final Duration PATIENCE = Waits.PATIENT;

    public final TrainerStatus status = new TrainerStatus(TestCurriculum.STUDENT);
    public final SimpleMeterRegistry meters;
    public final StudentRunner runner;
    public final Thread thread;

    public TestTrainer(TestCurriculum curriculum, TrainerConfig config) {
        this(curriculum, config, Backing.of(config, TestBroker.get().client(), curriculum.topics));
    }

    public TestTrainer(TestCurriculum curriculum, TrainerConfig config, Backing backing) {
        this(curriculum, config, backing, new SimpleMeterRegistry());
    }

    public TestTrainer(TestCurriculum curriculum, TrainerConfig config, Backing backing, SimpleMeterRegistry meters) {
        this(curriculum, config, ReferenceSettings.files(List.of(objects(config))), backing, meters);
    }

    /** A trainer of references that lie elsewhere than beside its checkpoints. */
    public TestTrainer(TestCurriculum curriculum, TrainerConfig config, ReferenceSettings references) {
        this(
                curriculum,
                config,
                references,
                Backing.of(config, TestBroker.get().client(), curriculum.topics),
                new SimpleMeterRegistry());
    }

    private TestTrainer(
            TestCurriculum curriculum,
            TrainerConfig config,
            ReferenceSettings references,
            Backing backing,
            SimpleMeterRegistry meters) {
        this.meters = meters;
        runner = new StudentRunner(
                config,
                TestBroker.get().client(),
                curriculum.topics,
                false,
                status,
                new TrainerMetrics(meters, status),
                references,
                backing);
        thread = new Thread(runner, "training-" + config.mode());
        thread.start();
    }

    /** Files of a directory {@code objects} beside the checkpoints may be referred to. */
    private static Path objects(TrainerConfig config) {
        return Path.of("/", config.checkpoints()).resolveSibling("objects");
    }

    public TestTrainer await(StudentState state) {
        await(() -> status.student().getState() == state);
        return this;
    }

    public void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
    }

    /** Waits for the end and returns the finished student. */
    public CheckpointManifest finished() {
        await(() -> runner.result() != null);
        return runner.result();
    }

    /** What one of the trainer's counters says. */
    public double count(String meter) {
        return meters.get("wildstream_trainer_" + meter + "_total").counter().count();
    }

    /** Ends at once, without a checkpoint. */
    public void crash() {
        thread.interrupt();
        join();
    }

    public void join() {
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
