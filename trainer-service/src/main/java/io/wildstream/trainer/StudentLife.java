// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.StudentState;

/**
 * What a student does now. Each state has the transitions that exist as methods, so that another one does not compile, and a state that
 * says that something is wrong cannot be made without a reason.
 *
 * <pre>
 *            +--------------------------------------+
 *            |                                      v
 *  start -> Waiting ----> Learning <----------> Paused
 *            ^  |          |  ^  |
 *            |  |          |  |  +---> Diverged ---> Learning or Finished, after a rollback
 *            |  v          v  |
 *           Failed(reason) ---+                 Finished ---> Learning, after a rollback
 *
 *  Waiting, Learning, Failed, Diverged, Finished -> Finished, when the newest checkpoint is the student's last
 *  any of these  <-> Held(reason)      learning waits: the lease is not confirmed, or a checkpoint cannot be stored
 *  any of these   -> Failed(reason)    the student is opened again later
 *  any of these   -> Fenced, Refused, Broken: the training thread has ended
 * </pre>
 */
public sealed interface StudentLife {

    /** How the state is reported. */
    StudentState reported();

    /** Why the student cannot learn; empty when nothing is wrong. */
    default String problem() {
        return "";
    }

    /** A state of a living training thread. */
    sealed interface Alive extends StudentLife {

        /** The student cannot be opened or cannot continue. */
        default Failed failed(String reason) {
            return new Failed(reason);
        }

        /** Learning waits for something outside; what the student did before continues afterwards. */
        default Held held(String reason) {
            return new Held(reason, this);
        }

        /** Another trainer has taken over the student. */
        default Fenced fenced(String reason) {
            return new Fenced(reason);
        }

        /** Kafka has refused this trainer. */
        default Refused refused(String reason) {
            return new Refused(reason);
        }

        /** The training thread has ended on an error. */
        default Broken broken(String reason) {
            return new Broken(reason);
        }
    }

    /** A state in which a student can be opened. */
    sealed interface Openable extends Alive {

        /** The student is in memory and learns. */
        default Learning learning() {
            return new Learning();
        }

        /** The student's newest checkpoint is its last one. */
        default Finished finished(CheckpointManifest result) {
            return new Finished(result);
        }
    }

    /** There is no curriculum or no spec for the student yet. */
    record Waiting() implements Openable {
        @Override
        public StudentState reported() {
            return StudentState.STUDENT_STATE_WAITING;
        }
    }

    /** The student learns, or waits for samples. */
    record Learning() implements Openable {

        /** A command pauses the student. */
        Paused paused() {
            return new Paused();
        }

        /** The loss is NaN or infinite. */
        Diverged diverged(String reason) {
            return new Diverged(reason);
        }

        @Override
        public StudentState reported() {
            return StudentState.STUDENT_STATE_TRAINING;
        }
    }

    /** The student is saved and waits for a command. */
    record Paused() implements Alive {

        /** A command lets the student continue. */
        Learning learning() {
            return new Learning();
        }

        @Override
        public StudentState reported() {
            return StudentState.STUDENT_STATE_PAUSED;
        }
    }

    /** The student cannot be opened or cannot continue; it is tried again, or waits for a better spec. */
    record Failed(String problem) implements Openable {

        /** Refuses a blank reason. */
        public Failed {
            requireReason(problem);
        }

        /** Kafka answers, and nothing is known of the student yet. */
        Waiting waiting() {
            return new Waiting();
        }

        @Override
        public StudentState reported() {
            return StudentState.STUDENT_STATE_FAILED;
        }
    }

    /** The loss is NaN or infinite; only a rollback helps, because learning the log again would come to the same. */
    record Diverged(String problem) implements Openable {

        /** Refuses a blank reason. */
        public Diverged {
            requireReason(problem);
        }

        @Override
        public StudentState reported() {
            return StudentState.STUDENT_STATE_FAILED;
        }
    }

    /** The student has reached its end; {@code result} is its last checkpoint. */
    record Finished(CheckpointManifest result) implements Openable {
        @Override
        public StudentState reported() {
            return StudentState.STUDENT_STATE_FINISHED;
        }
    }

    /** The student waits for something outside and then does again what it did before. */
    record Held(String problem, Alive before) implements Alive {

        /** Refuses a blank reason. */
        public Held {
            requireReason(problem);
        }

        /** The same wait for another reason. */
        Held because(String reason) {
            return new Held(reason, before);
        }

        /** What it waited for has come. */
        Alive resumed() {
            return before;
        }

        @Override
        public StudentState reported() {
            return StudentState.STUDENT_STATE_FAILED;
        }
    }

    /** The training thread has ended otherwise than in order: nothing follows. */
    sealed interface Ended extends StudentLife {
        @Override
        default StudentState reported() {
            return StudentState.STUDENT_STATE_FAILED;
        }
    }

    /** Another trainer has taken over the student. */
    record Fenced(String problem) implements Ended {
        /** Refuses a blank reason. */
        public Fenced {
            requireReason(problem);
        }
    }

    /** Kafka has refused this trainer. */
    record Refused(String problem) implements Ended {
        /** Refuses a blank reason. */
        public Refused {
            requireReason(problem);
        }
    }

    /** The training thread has ended on an error. */
    record Broken(String problem) implements Ended {
        /** Refuses a blank reason. */
        public Broken {
            requireReason(problem);
        }
    }

    private static void requireReason(String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("a student that cannot learn must say why");
        }
    }
}
