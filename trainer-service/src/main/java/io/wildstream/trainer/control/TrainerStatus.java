// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.control;

import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.Problems;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is reported of the student and its training thread, for heartbeats, metrics and health on other threads. Thread safe. */
public final class TrainerStatus {

    private final String student;
    /** Writes guarded by "this". */
    private StudentStatus published;
    /** Writes guarded by "this". */
    private StudentState state = StudentState.STUDENT_STATE_WAITING;

    private volatile String problem = "";
    private volatile long observedGeneration;
    private volatile @Nullable String broken;
    private volatile Runnable listener = () -> {};
    private volatile Supplier<String> controlObstacle = () -> "";

    /** A student that waits. */
    public TrainerStatus(String student) {
        this.student = student;
        this.published = StudentStatus.newBuilder().setStudent(student).build();
    }

    /** Called after every change of state, problem or observed generation. */
    public void onChange(Runnable changed) {
        listener = changed;
    }

    /** Asks from now on why {@code control} cannot be read; the answer is empty while it can. */
    public void onControl(Supplier<String> obstacle) {
        controlObstacle = obstacle;
    }

    /** The student's new numbers; its state is set apart. */
    public synchronized void publish(StudentStatus.Builder status) {
        published = status.setStudent(student).build();
    }

    /**
     * The student is in this state.
     *
     * @param reason why it cannot learn; empty when nothing is wrong
     */
    public void show(StudentState entered, String reason) {
        if (entered == StudentState.STUDENT_STATE_FAILED && reason.isBlank()) {
            throw new IllegalArgumentException("a failed student must say why");
        }
        boolean changed;
        synchronized (this) {
            changed = state != entered || !problem.equals(reason);
            state = entered;
            problem = reason;
        }
        if (changed) {
            listener.run();
        }
    }

    /** The training thread has ended otherwise than in order. */
    public void showEnd(String reason) {
        broken = reason;
        show(StudentState.STUDENT_STATE_FAILED, reason);
    }

    /** A command of this generation is carried out. */
    void observe(long generation) {
        if (observedGeneration != generation) {
            observedGeneration = generation;
            listener.run();
        }
    }

    /** Generation of the newest command that is carried out; 0 before the first. */
    public long observedGeneration() {
        return observedGeneration;
    }

    /** The student now. */
    public synchronized StudentStatus student() {
        return published.toBuilder().setState(state).build();
    }

    /** Why the student cannot go on, or cannot be given commands; empty when nothing is wrong. */
    public String problem() {
        return Problems.joined(Stream.of(problem, controlObstacle.get()));
    }

    /** Why the training thread has ended; null while it lives or when it ended in order. */
    public @Nullable String broken() {
        return broken;
    }

    /** Fills in a heartbeat. */
    public void describe(InstanceStatus.Builder heartbeat) {
        if (observedGeneration > 0) {
            heartbeat.putObservedGenerations(ControlKeys.student(student), observedGeneration);
        }
        heartbeat.setProblem(problem()).setStudent(student());
    }
}
