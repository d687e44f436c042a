// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a supervised process is doing. A transition exists as a method of the state that it leaves; a state without one is final.
 *
 * <pre>
 *              ready               announced
 *   Running &lt;----------- Starting &lt;----------- Restarted
 *      |                    |                      ^
 *      | not live           | not ready, not live  | started
 *      +---------+----------+                      |
 *                v             exit                |  not started: stays, for a while
 *              Killed -------------------&gt; WaitingToRestart ----------&gt; GivenUp(reason)
 *
 *   at the exit of Running, Restarted, Starting or Killed:
 *      asked to stop            -&gt; Stopped                (WaitingToRestart too)
 *      another has its place    -&gt; TakenOver
 *      too many deaths          -&gt; GivenUp(reason)
 *      else                     -&gt; WaitingToRestart
 * </pre>
 */
sealed interface ProcessState {

    /** A state of a process that was alive when it was last checked. */
    sealed interface Alive extends ProcessState permits Running, Restarted, Starting, Killed {

        /** It has ended and is restarted later. */
        default WaitingToRestart exited(int exitStatus, long restartAtNanos) {
            return new WaitingToRestart(exitStatus, restartAtNanos, null);
        }

        /** It has ended because another process has its place. */
        default TakenOver takenOver(int exitStatus) {
            return new TakenOver(exitStatus);
        }

        /** It has ended too often. */
        default GivenUp diedTooOften(int exitStatus, int deaths, Duration within) {
            return new GivenUp(exitStatus, "died " + deaths + " times within " + within.toSeconds() + " s");
        }

        /** It has ended because it was asked to. */
        default Stopped stopped() {
            return new Stopped();
        }
    }

    /** It works, or its first start is under way, which whoever started it waits for. */
    record Running() implements Alive {

        /** It does not answer any more and is killed. */
        Killed notLive() {
            return new Killed();
        }
    }

    /**
     * It was restarted, and the listener has not been called yet.
     *
     * @param sinceNanos time of the start
     */
    record Restarted(long sinceNanos) implements Alive {

        /** The listener has been called. */
        Starting announced() {
            return new Starting(sinceNanos);
        }
    }

    /**
     * It was restarted and is not ready yet.
     *
     * @param sinceNanos time of the start
     */
    record Starting(long sinceNanos) implements Alive {

        /** It can be used. */
        Running ready() {
            return new Running();
        }

        /** It took too long, or stopped answering, and is killed. */
        Killed notReady() {
            return new Killed();
        }
    }

    /** The supervisor has killed it; its exit counts as a death. */
    record Killed() implements Alive {}

    /**
     * It has ended and is restarted after a pause.
     *
     * @param exitStatus of the last incarnation
     * @param restartAtNanos time of the next attempt
     * @param failingSinceNanos time of the first attempt that the operating system refused; null when none was
     */
    record WaitingToRestart(
            int exitStatus, long restartAtNanos, @Nullable Long failingSinceNanos) implements ProcessState {

        /** It was started. */
        Restarted started(long now) {
            return new Restarted(now);
        }

        /** It could not be started; the next attempt follows. */
        WaitingToRestart notStarted(long now) {
            return failingSinceNanos == null ? new WaitingToRestart(exitStatus, restartAtNanos, now) : this;
        }

        /** It could not be started for too long. */
        GivenUp cannotStart(Duration longest) {
            return new GivenUp(exitStatus, "could not be started for " + longest.toSeconds() + " s");
        }

        /** It was asked to stop meanwhile. */
        Stopped stopped() {
            return new Stopped();
        }
    }

    /** It was asked to stop and has ended. */
    record Stopped() implements ProcessState {}

    /**
     * Another process has its place for good.
     *
     * @param exitStatus that means this
     */
    record TakenOver(int exitStatus) implements ProcessState {}

    /**
     * It stays down.
     *
     * @param exitStatus of the last incarnation
     * @param reason why, in words
     */
    record GivenUp(int exitStatus, String reason) implements ProcessState {

        public GivenUp {
            if (reason.isBlank()) {
                throw new IllegalArgumentException("a process is given up for a reason");
            }
        }
    }
}
