// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.engine.Accuracy;
import io.wildstream.trainer.checkpoint.Checkpoints;
import io.wildstream.trainer.checkpoint.RetryingCheckpointSaver;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.control.CommandHandler;
import io.wildstream.trainer.curriculum.CurriculumEvent;
import io.wildstream.trainer.curriculum.CurriculumLog;
import io.wildstream.trainer.curriculum.CurriculumReader;
import io.wildstream.trainer.curriculum.RecordParser;
import io.wildstream.trainer.curriculum.TrainingSample;
import io.wildstream.trainer.metrics.TrainerMetrics;
import io.wildstream.trainer.student.HoldoutEvaluator;
import io.wildstream.trainer.student.Position;
import io.wildstream.trainer.student.SpecRefusedException;
import io.wildstream.trainer.student.Student;
import io.wildstream.trainer.student.StudentFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training stage, top to bottom: take the next records, make minibatches of them, learn each selected sample by exactly one fresh
 * step, rehearse, evaluate, checkpoint. What is learned depends on the log and the spec alone; commands and clocks decide only when.
 *
 * <p>What a step does is in {@link Student}, its arithmetic in {@code method.Learner}; what a record means is decided by the reader. Runs
 * on one thread.
 */
final class TrainingLoop {

    /** How a run ended. */
    enum Outcome {
        /** The student has reached its end. */
        FINISHED,
        /** The process is to end, or the student is to be rolled back. */
        STOPPED
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(TrainingLoop.class);
    private static final Duration WAIT = Duration.ofMillis(100);
    private static final int MAX_REFUSED = 1000;

    private final StudentFactory students;
    private final Student student;
    private final Position position;
    private final CurriculumLog log;
    private final CurriculumReader reader;
    private final IntSupplier streamPartitions;
    private final Checkpoints checkpoints;
    private final RetryingCheckpointSaver saver;
    private final CommandHandler commands;
    private final @Nullable HoldoutEvaluator evaluator;
    private final StudentLifecycle life;
    private final ObjectWait objectWait;
    private final MissingJournal journal;
    private final TrainerMetrics metrics;
    private final TrainerConfig config;
    private final BooleanSupplier stopping;

    /** Fresh samples of the minibatch that is being filled. */
    private final List<TrainingSample> pending = new ArrayList<>();

    private @Nullable CurriculumEvent deferred;
    private @Nullable CheckpointManifest saved;
    private long checkpointNanos = System.nanoTime();
    private long evaluatedStep;
    private long publishedStep = -1;
    private long publishedNanos;

    /** @param opened what is to be learned on, and what was decided when it was opened */
    TrainingLoop(StudentFactory students, StudentFactory.Opened opened, Session session, CurriculumReader reader) {
        this.students = students;
        this.student = opened.student();
        this.position = student.position();
        this.log = session.log();
        this.reader = reader;
        this.streamPartitions = session.streamPartitions();
        this.checkpoints = session.checkpoints();
        this.saver = new RetryingCheckpointSaver(
                checkpoints, session.life(), session.metrics()::checkpointFailed, session.stopping());
        this.commands = session.commands();
        this.evaluator = session.evaluator();
        this.life = session.life();
        this.objectWait = new ObjectWait(life);
        this.metrics = session.metrics();
        this.config = session.config();
        this.stopping = session.stopping();
        this.journal = new MissingJournal(checkpoints, position, metrics, config.mode() == TrainerConfig.Mode.VERIFY);
        this.journal.begin(opened.decisions());
        this.saved = checkpoints.newest();
        this.evaluatedStep = position.step();
    }

    /**
     * Learns until the student is finished or the process is to stop; either way the student is saved then.
     *
     * @throws InterruptedException when the thread is interrupted; the student is not saved
     */
    Outcome run() throws InterruptedException, IOException {
        life.learning();
        try {
            decide();
            return learn();
        } finally {
            objectWait.show("");
        }
    }

    private Outcome learn() throws InterruptedException, IOException {
        while (!stopping.getAsBoolean() && commands.rollback() == null) {
            if (Thread.interrupted()) {
                throw new InterruptedException("training was interrupted");
            }
            publishIfChanged();
            commands.apply(this::hold, this::answerCheckpointRequest);
            student.applySkipRules();
            if (student.isRehearsalDue()) {
                student.rehearse();
            } else if (student.isEpochDue()) {
                decide();
                student.learnShuffled();
            } else if (position.streamEnded()) {
                finish();
                return Outcome.FINISHED;
            } else {
                take(nextEvent());
            }
            evaluateIfDue();
            checkpointIfDue();
        }
        checkpointIfStale();
        return Outcome.STOPPED;
    }

    private @Nullable CurriculumEvent nextEvent() throws InterruptedException {
        if (deferred != null) {
            CurriculumEvent event = deferred;
            deferred = null;
            return event;
        }
        long start = System.nanoTime();
        CurriculumEvent event = reader.next(WAIT);
        metrics.starved(System.nanoTime() - start);
        objectWait.show(event == null ? reader.problem() : "");
        return event;
    }

    /** Commits what was decided about missing samples: no step may depend on a decision that can be lost. */
    private void decide() throws IOException {
        if (!journal.hand()) {
            return;
        }
        if (checkpoints.newest() == null) {
            checkpoint(); // which holds them
        } else {
            checkpoints.decide();
        }
    }

    /** Accounts for one record. The next offset moves past it only when nothing before it is still waiting to be learned. */
    private void take(@Nullable CurriculumEvent event) throws InterruptedException, IOException {
        if (event == null) {
            return;
        }
        journal.take(event);
        if (event instanceof CurriculumEvent.Selected selected && student.isOffline()) {
            student.store(selected.sample());
        } else if (event instanceof CurriculumEvent.Selected selected) {
            pending.add(selected.sample());
            if (pending.size() >= student.batchSize()) {
                learnPending(event.offset() + 1);
            }
        } else if (event instanceof CurriculumEvent.SpecChanged change && student.isLaterSpec(change.spec())) {
            boolean closed = !pending.isEmpty();
            if (closed) {
                learnPending(event.offset());
            }
            if (closed || !changeTo(change)) {
                deferred = event; // the rehearsals that the short minibatch is owed come first, by the old spec
                return;
            }
        } else if (event instanceof CurriculumEvent.Ended end) {
            takeEnd(end);
        } else if (event instanceof CurriculumEvent.Skipped) {
            position.skip(event.offset());
            metrics.skipped();
        } else if (event instanceof CurriculumEvent.Refused refused) {
            refuse(refused);
        }
        if (pending.isEmpty()) {
            position.moveTo(event.offset() + 1);
        }
    }

    /** A marker that contradicts what is known of the stream is bad input: the student would wait for ever, or end too early. */
    private void takeEnd(CurriculumEvent.Ended end) throws IOException {
        if (student.skipsEnd(end.offset())) {
            return;
        }
        String contradiction = position.contradiction(end, streamPartitions);
        if (contradiction != null) {
            refuse(new CurriculumEvent.Refused(end.original(), RecordParser.Reason.BAD_END_MARKER, contradiction));
            return;
        }
        position.countEnd(end);
        if (!pending.isEmpty() && position.streamEnded()) {
            learnPending(end.offset() + 1);
        }
    }

    private void refuse(CurriculumEvent.Refused refused) {
        LOGGER.debug(
                "record refused offset={} reason={} detail={}", refused.offset(), refused.reason(), refused.detail());
        metrics.deadLetter(refused.reason());
        checkpoints.refuse(refused);
    }

    private void learnPending(long nextOffset) throws IOException {
        decide();
        student.learn(pending, nextOffset);
        pending.clear();
    }

    /**
     * A later spec holds from its place in the log on; while it cannot be used the student waits for a better one, which then takes this
     * place. Returns false when the process is to stop first.
     */
    private boolean changeTo(CurriculumEvent.SpecChanged change) throws IOException {
        CurriculumLog.PlacedSpec wanted = new CurriculumLog.PlacedSpec(change.offset(), change.spec());
        while (wanted != null) {
            try {
                students.configure(student, wanted.spec());
                life.learning();
                metrics.happened(TrainerMetrics.LineageEvent.SPEC_CHANGED);
                LOGGER.info(
                        "spec changed student={} generation={} offset={}",
                        student.id(),
                        student.generation(),
                        change.offset());
                return true;
            } catch (SpecRefusedException e) {
                LOGGER.error(
                        "spec refused student={} offset={} cause={}", student.id(), wanted.offset(), e.getMessage());
                life.failed(e.problem());
                checkpointIfStale();
                wanted = log.awaitSpec(student.id(), wanted.offset() + 1, student::isLaterSpec, this::keepsWaiting);
            }
        }
        return false;
    }

    private boolean keepsWaiting() {
        publish();
        return !stopping.getAsBoolean() && commands.rollback() == null;
    }

    private void evaluateIfDue() {
        if (evaluator != null && position.step() - evaluatedStep >= config.evaluationInterval()) {
            evaluatedStep = position.step();
            evaluator.begin(student);
        }
    }

    private void checkpointIfDue() throws IOException {
        long age = System.nanoTime() - checkpointNanos;
        if (age >= config.checkpointInterval().toNanos() || checkpoints.refused() >= MAX_REFUSED) {
            checkpointIfStale();
        }
        if (journal.isFull()) {
            decide();
        }
    }

    private void checkpointIfStale() throws IOException {
        if (checkpoints.isStale(student)) {
            checkpoint();
        }
    }

    private void checkpoint() throws IOException {
        journal.hand();
        long start = System.nanoTime();
        Accuracy measured = evaluator == null ? null : evaluator.newest();
        if (measured != null) {
            student.measured(measured);
        }
        CheckpointManifest manifest = saver.save(student, measured == null ? accuracy() : measured.overall());
        saved = manifest;
        checkpointNanos = System.nanoTime();
        metrics.checkpointed(checkpointNanos - start, student.noiseMatrix());
        LOGGER.info(
                "checkpoint student={} step={} offset={} trained={} millis={}",
                manifest.getStudent(),
                manifest.getStep(),
                manifest.getNextOffset(),
                manifest.getTrained(),
                TimeUnit.NANOSECONDS.toMillis(checkpointNanos - start));
        publish();
    }

    private void answerCheckpointRequest(long request) throws IOException {
        if (request > position.checkpointRequest()) {
            position.answerRequest(request);
            if (checkpoints.isSaved(student)) {
                publish();
            } else {
                checkpoint();
            }
        }
    }

    /** Paused: saved, and waiting for another command. */
    private void hold() throws InterruptedException, IOException {
        objectWait.show("");
        checkpointIfStale();
        life.paused();
        commands.awaitResume(
                () -> {
                    publish();
                    return !stopping.getAsBoolean();
                },
                this::answerCheckpointRequest);
        life.learning();
    }

    private void finish() throws InterruptedException, IOException {
        if (evaluator != null) {
            evaluator.finish(student);
        }
        position.finish();
        checkpoint();
        metrics.happened(TrainerMetrics.LineageEvent.FINISHED);
        LOGGER.info(
                "finished student={} step={} trained={} agreement={} accuracy={}",
                student.id(),
                position.step(),
                position.trained(),
                position.agreement(),
                accuracy());
    }

    /** The newest result on the holdout, of this process or of the checkpoint it began with; NaN when there is none. */
    private double accuracy() {
        double measured = evaluator == null ? Double.NaN : evaluator.accuracy();
        CheckpointManifest last = saved;
        boolean known = !Double.isNaN(measured) || last == null || !last.hasHoldoutAccuracy();
        return known || last == null ? measured : last.getHoldoutAccuracy();
    }

    private void publishIfChanged() {
        if (position.step() != publishedStep || System.nanoTime() - publishedNanos >= WAIT.toNanos()) {
            publish();
        }
    }

    private void publish() {
        publishedStep = position.step();
        publishedNanos = System.nanoTime();
        StudentStatus.Builder now = student.status().setLag(position.streamEnded() ? 0 : reader.lag());
        CheckpointManifest last = saved;
        if (last != null) {
            now.setCheckpointStep(last.getStep())
                    .setCheckpointTime(last.getCreated())
                    .setWeightsSha256(last.getWeightsSha256());
        }
        if (!Double.isNaN(accuracy())) {
            now.setHoldoutAccuracy(accuracy());
        }
        life.publish(now);
        metrics.losses(student.losses());
    }
}
