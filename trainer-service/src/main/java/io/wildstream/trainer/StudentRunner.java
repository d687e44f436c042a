// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.contracts.KafkaRefusedException;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.CheckpointHistory;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.RollbackRequest;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.engine.ModelStore;
import io.wildstream.reference.ReferenceReader;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.trainer.checkpoint.Backing;
import io.wildstream.trainer.checkpoint.CheckpointCommits;
import io.wildstream.trainer.checkpoint.CheckpointStore;
import io.wildstream.trainer.checkpoint.CheckpointStores;
import io.wildstream.trainer.checkpoint.Checkpoints;
import io.wildstream.trainer.checkpoint.FencedException;
import io.wildstream.trainer.checkpoint.Lease;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.control.CommandHandler;
import io.wildstream.trainer.control.Commands;
import io.wildstream.trainer.control.Reasons;
import io.wildstream.trainer.control.TopicWaiter;
import io.wildstream.trainer.control.TrainerStatus;
import io.wildstream.trainer.curriculum.CurriculumLog;
import io.wildstream.trainer.curriculum.CurriculumReader;
import io.wildstream.trainer.curriculum.Holdout;
import io.wildstream.trainer.curriculum.StreamPartitions;
import io.wildstream.trainer.method.DivergedException;
import io.wildstream.trainer.metrics.TrainerMetrics;
import io.wildstream.trainer.metrics.TrainerMetrics.LineageEvent;
import io.wildstream.trainer.reference.ObjectFetcher;
import io.wildstream.trainer.student.HoldoutEvaluator;
import io.wildstream.trainer.student.SpecRefusedException;
import io.wildstream.trainer.student.Student;
import io.wildstream.trainer.student.StudentFactory;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the training thread: wait for the student's curriculum, open the student from its newest checkpoint or its first spec,
 * let {@link TrainingLoop} learn, and decide what a failure means.
 *
 * <pre>
 * bad spec or model          FAILED, until the log holds a better spec
 * Kafka or disk unreachable  FAILED, opened again from the newest checkpoint every two seconds
 * loss NaN or infinite       FAILED, until it is rolled back: learning the log again would do the same
 * fenced by another trainer  ends
 * a replay lacks an object   ends
 * </pre>
 */
public final class StudentRunner implements Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger(StudentRunner.class);

    private final TrainerConfig config;
    private final Map<String, ?> clientProperties;
    private final Topics topics;
    private final TopicWaiter topicWaiter;
    private final TrainerStatus status;
    private final TrainerMetrics metrics;
    private final boolean publishes;
    private final Backing backing;
    private final ReferenceSettings references;
    private final StudentLifecycle life;
    private volatile boolean stopping;
    private volatile @Nullable Path marks;
    /** Of the training thread. */
    private @Nullable Lease lease;
    /** Of the training thread. */
    private long answeredRollback;

    public StudentRunner(
            TrainerConfig config,
            Map<String, ?> clientProperties,
            Topics topics,
            boolean createTopics,
            TrainerStatus status,
            TrainerMetrics metrics,
            ReferenceSettings references) {
        this(
                config,
                clientProperties,
                topics,
                createTopics,
                status,
                metrics,
                references,
                Backing.of(config, clientProperties, topics));
    }

    /** @param references from where the bytes of samples are fetched that the curriculum only refers to */
    public StudentRunner(
            TrainerConfig config,
            Map<String, ?> clientProperties,
            Topics topics,
            boolean createTopics,
            TrainerStatus status,
            TrainerMetrics metrics,
            ReferenceSettings references,
            Backing backing) {
        this.life = new StudentLifecycle(status);
        this.backing = backing;
        this.references = references;
        this.config = config;
        this.clientProperties = clientProperties;
        this.topics = topics;
        this.topicWaiter = new TopicWaiter(clientProperties, topics, createTopics, life::failed, () -> stopping);
        this.status = status;
        this.metrics = metrics;
        this.publishes = config.mode() == TrainerConfig.Mode.LEARN;
    }

    /** Marks what is read of {@code control} in this directory; called before the thread starts. */
    public void markIn(Path directory) {
        marks = directory;
    }

    /** Asks the thread to save the student and end. */
    public void stop() {
        stopping = true;
    }

    /** The finished student, or null while it is not. */
    public @Nullable CheckpointManifest result() {
        return life.result();
    }

    /** Whether another trainer has taken over. */
    public boolean isFenced() {
        return life.state() instanceof StudentLife.Fenced;
    }

    /** Whether Kafka has refused this trainer. */
    public boolean isRefused() {
        return life.state() instanceof StudentLife.Refused;
    }

    @Override
    public void run() {
        try (Commands commands = follow()) {
            Commands.DesiredState desired = commands.await(this::keepsOn);
            if (desired != null) {
                runUntilDone(desired.spec().getCurriculum(), commands);
            }
        } catch (MissingObjectException e) {
            LOGGER.error("stopping: {}", e.getMessage());
            life.broken(Reasons.of(e));
        } catch (FencedException e) {
            LOGGER.error("fenced student={} cause={}", config.student(), e.getMessage());
            life.fenced(Reasons.of(e));
        } catch (InterruptedException e) {
            life.broken("interrupted");
            Thread.currentThread().interrupt();
        } catch (KafkaRefusedException e) {
            LOGGER.error("stopping: {}", e.getMessage());
            life.refused(Reasons.of(e));
        } catch (RuntimeException | Error e) {
            LOGGER.error("training thread has ended", e);
            life.broken(e.toString());
        }
    }

    private Commands follow() throws InterruptedException {
        if (publishes) {
            topicWaiter.await(
                    topics.controlTopic(),
                    topics.statusTopic(ServiceKind.SERVICE_KIND_TRAINER),
                    topics.checkpointsTopic(),
                    topics.stream(topics.deadLetters(Topics.Stage.TRAINER), 1));
        }
        life.waiting();
        Commands commands = new Commands(clientProperties, topics, config.student(), marks);
        status.onControl(commands::obstacle);
        return commands;
    }

    /** False when the process is to stop; waits while Kafka does not confirm the lease of the student. */
    private boolean keepsOn() {
        Lease own = lease;
        if (own != null && !own.isValid()) {
            awaitLease(own);
        }
        return !stopping;
    }

    private void awaitLease(Lease own) {
        LOGGER.warn("not confirmed as the student's trainer, waiting student={}", config.student());
        life.hold("Kafka has not confirmed for " + Lease.LEASE_DURATION.toSeconds()
                + " s that this trainer holds the student: learning waits");
        try {
            while (!stopping && !own.isValid()) {
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        life.resume();
    }

    private void runUntilDone(String curriculum, Commands commands) throws InterruptedException {
        while (!stopping) {
            try {
                runOnce(curriculum, commands);
                return;
            } catch (FencedException | MissingObjectException e) {
                throw e;
            } catch (DivergedException e) {
                LOGGER.error("diverged student={} cause={}", config.student(), e.getMessage());
                life.diverged(Reasons.of(e));
                metrics.happened(LineageEvent.DIVERGED);
                waitForRollback(commands);
            } catch (InterruptException | ClosedByInterruptException e) {
                throw new InterruptedException(e.toString());
            } catch (SpecRefusedException | IOException | RuntimeException e) {
                LOGGER.error("the student cannot continue, opening it again student={}", config.student(), e);
                life.failed(Reasons.of(e));
                topicWaiter.pause(TopicWaiter.RETRY_MILLIS);
            }
        }
    }

    private void runOnce(String curriculum, Commands commands)
            throws InterruptedException, IOException, SpecRefusedException {
        topicWaiter.provide(topics.curriculumTopic(curriculum));
        CurriculumLog log = new CurriculumLog(clientProperties, topics.curriculum(curriculum));
        CommandHandler commandHandler = new CommandHandler(publishes ? commands : null, status, curriculum);
        try (CheckpointStore store = backing.openStore();
                CheckpointCommits commits =
                        publishes ? backing.takeOver() : new CheckpointCommits.None(committedByTheOriginal());
                Checkpoints checkpoints = new Checkpoints(topics, store, commits, CheckpointStores.retention(config));
                Lease own = publishes ? lease(commits, log, checkpoints.newest()) : null) {
            lease = own;
            checkpoints.onCorrupt(metrics::checkpointCorrupt);
            do {
                rollBackIfWanted(checkpoints, commandHandler);
                learnOrServe(curriculum, log, checkpoints, commandHandler);
            } while (!stopping && commandHandler.rollback() != null);
        } finally {
            lease = null;
        }
    }

    private List<CheckpointManifest> committedByTheOriginal() {
        return CheckpointHistory.read(clientProperties, topics, config.student());
    }

    private void rollBackIfWanted(Checkpoints checkpoints, CommandHandler commandHandler) throws IOException {
        commandHandler.answeredRollback(checkpoints.answeredRollback());
        RollbackRequest wanted = commandHandler.rollback();
        if (wanted != null) {
            if (checkpoints.rollBack(wanted)) {
                metrics.happened(LineageEvent.ROLLED_BACK);
                life.rolledBack();
            }
            commandHandler.answeredRollback(wanted.getRequest());
        }
        answeredRollback = wanted == null ? checkpoints.answeredRollback() : wanted.getRequest();
    }

    private void learnOrServe(
            String curriculum, CurriculumLog log, Checkpoints checkpoints, CommandHandler commandHandler)
            throws InterruptedException, IOException, SpecRefusedException {
        CheckpointManifest newest = checkpoints.newest();
        if (newest == null || !newest.getFinished() || !newest.equals(checkpoints.newestIntact())) {
            try (ReferenceReader reader = new ReferenceReader(references);
                    ObjectFetcher objects = ObjectFetcher.of(reader)) {
                learn(curriculum, log, objects, checkpoints, commandHandler);
            }
        }
        newest = checkpoints.newest();
        if (newest != null && newest.getFinished()) {
            serveFinished(newest, checkpoints, commandHandler);
        }
    }

    private Lease lease(CheckpointCommits commits, CurriculumLog log, @Nullable CheckpointManifest newest) {
        long begin = newest == null ? 0 : newest.getNextOffset();
        return new Lease(commits, log.partition(), () -> {
            StudentStatus now = status.student();
            return now.getCurriculum().isEmpty() ? begin : now.getNextOffset();
        });
    }

    private void learn(
            String curriculum,
            CurriculumLog log,
            ObjectFetcher objects,
            Checkpoints checkpoints,
            CommandHandler commandHandler)
            throws InterruptedException, IOException, SpecRefusedException {
        CheckpointManifest newest = checkpoints.newestIntact();
        StudentFactory factory = new StudentFactory(
                config.student(),
                curriculum,
                new ModelStore(config.models(), config.allowedDigests()),
                checkpoints.skips(),
                checkpoints.decoders(),
                checkpoints.missing(newest),
                metrics);
        StudentFactory.Opened opened =
                new StudentOpening(config, life, metrics, this::keepsOn).open(factory, log, checkpoints, objects);
        if (opened == null) {
            return;
        }
        try (Student student = opened.student()) {
            try (HoldoutEvaluator evaluator = evaluator(student);
                    CurriculumReader reader = new CurriculumReader(
                            log,
                            student.parser(),
                            objects,
                            student.position().nextOffset(),
                            config.queueCapacity(),
                            metrics)) {
                IntSupplier partitions = new StreamPartitions(clientProperties, topics.samples());
                Session session = new Session(
                        log,
                        partitions,
                        checkpoints,
                        commandHandler,
                        evaluator,
                        life,
                        metrics,
                        config,
                        () -> !keepsOn());
                new TrainingLoop(factory, opened, session, reader).run();
            }
        }
    }

    private @Nullable HoldoutEvaluator evaluator(Student student) throws IOException {
        if (config.holdout().isEmpty()) {
            return null;
        }
        Holdout holdout = Holdout.read(config.holdout().get(), student.description());
        return new HoldoutEvaluator(holdout, student.description().input().values(), metrics);
    }

    private void serveFinished(CheckpointManifest manifest, Checkpoints checkpoints, CommandHandler commandHandler)
            throws InterruptedException, IOException {
        if (!status.student().getWeightsSha256().equals(manifest.getWeightsSha256())) {
            status.publish(statusOf(manifest, checkpoints.answeredRequest()));
        }
        life.finished(manifest);
        commandHandler.serve(this::keepsOn, request -> status.publish(statusOf(manifest, request)));
    }

    private static StudentStatus.Builder statusOf(CheckpointManifest manifest, long answeredRequest) {
        StudentStatus.Builder finished = StudentStatus.newBuilder()
                .setCurriculum(manifest.getCurriculum())
                .setStep(manifest.getStep())
                .setMaxSteps(manifest.getSpec().getMaxSteps())
                .setTrained(manifest.getTrained())
                .setMissing(manifest.getMissing())
                .setSpecGeneration(manifest.getSpec().getGeneration())
                .setAgreement(manifest.getAgreement())
                .setNextOffset(manifest.getNextOffset())
                .setCheckpointStep(manifest.getStep())
                .setCheckpointTime(manifest.getCreated())
                .setWeightsSha256(manifest.getWeightsSha256())
                .setCheckpointRequest(answeredRequest);
        if (manifest.hasHoldoutAccuracy()) {
            finished.setHoldoutAccuracy(manifest.getHoldoutAccuracy());
        }
        return finished;
    }

    /** Only leaving out what was learned can help. */
    private void waitForRollback(Commands commands) throws InterruptedException {
        while (!stopping && commands.rollbackRequest() <= answeredRollback) {
            topicWaiter.pause(100);
        }
    }
}
