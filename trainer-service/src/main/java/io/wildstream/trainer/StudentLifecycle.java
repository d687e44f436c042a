// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.trainer.StudentLife.Alive;
import io.wildstream.trainer.StudentLife.Ended;
import io.wildstream.trainer.StudentLife.Failed;
import io.wildstream.trainer.StudentLife.Finished;
import io.wildstream.trainer.StudentLife.Held;
import io.wildstream.trainer.StudentLife.Learning;
import io.wildstream.trainer.StudentLife.Openable;
import io.wildstream.trainer.StudentLife.Paused;
import io.wildstream.trainer.StudentLife.Waiting;
import io.wildstream.trainer.checkpoint.SaveProblems;
import io.wildstream.trainer.control.TrainerStatus;
import org.jspecify.annotations.Nullable;

/**
 * The one {@link StudentLife} of a training thread: takes the transitions and reports each state. The training thread moves it, any
 * thread reads it.
 */
final class StudentLifecycle implements SaveProblems {

    private final TrainerStatus status;
    /** Written by the training thread. */
    private volatile StudentLife state = new Waiting();

    /** A student that waits. */
    StudentLifecycle(TrainerStatus status) {
        this.status = status;
    }

    StudentLife state() {
        return state;
    }

    /** The last checkpoint of a finished student; null while it is not finished. */
    @Nullable CheckpointManifest result() {
        StudentLife now = state;
        while (now instanceof Held held) {
            now = held.before();
        }
        return now instanceof Finished finished ? finished.result() : null;
    }

    /** Kafka answers: the thread waits for the student's curriculum. */
    void waiting() {
        enter(state instanceof Failed failed ? failed.waiting() : as(Waiting.class, "wait"));
    }

    /** The student learns, for the first time or again. */
    void learning() {
        enter(
                state instanceof Paused paused
                        ? paused.learning()
                        : as(Openable.class, "learn").learning());
    }

    void paused() {
        enter(as(Learning.class, "be paused").paused());
    }

    /** The student cannot be opened or cannot continue. */
    void failed(String reason) {
        enter(as(Alive.class, "fail").failed(reason));
    }

    void diverged(String reason) {
        enter(as(Learning.class, "diverge").diverged(reason));
    }

    void finished(CheckpointManifest result) {
        enter(as(Openable.class, "finish").finished(result));
    }

    /** Went back to an earlier checkpoint: a student that was finished learns again. */
    void rolledBack() {
        if (state instanceof Finished finished) {
            enter(finished.learning());
        }
    }

    @Override
    public void hold(String reason) {
        enter(as(Alive.class, "be held").held(reason));
    }

    @Override
    public void changeReason(String reason) {
        enter(as(Held.class, "be held on").because(reason));
    }

    @Override
    public void resume() {
        enter(as(Held.class, "resume").resumed());
    }

    void fenced(String reason) {
        enter(as(Alive.class, "be fenced").fenced(reason));
    }

    void refused(String reason) {
        enter(as(Alive.class, "be refused").refused(reason));
    }

    void broken(String reason) {
        enter(as(Alive.class, "break").broken(reason));
    }

    /** The student's new numbers. */
    void publish(StudentStatus.Builder numbers) {
        status.publish(numbers);
    }

    private void enter(StudentLife next) {
        state = next;
        if (next instanceof Ended) {
            status.showEnd(next.problem());
        } else {
            status.show(next.reported(), next.problem());
        }
    }

    private <T extends StudentLife> T as(Class<T> kind, String what) {
        StudentLife now = state;
        if (!kind.isInstance(now)) {
            throw new IllegalStateException("a student cannot " + what + " while it is " + now);
        }
        return kind.cast(now);
    }
}
