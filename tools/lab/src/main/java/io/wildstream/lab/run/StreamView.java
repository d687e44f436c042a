// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.lab.terminal.Progress;
import java.time.Duration;
import java.util.Collection;

/**
 * A pipeline at one moment of a stream.
 *
 * @param status the newest status; the default one before the first
 * @param fed whether all samples and the end of the stream were sent
 * @param elapsed time since the feeding began
 * @param total samples of the stream; 0 when it has no known length
 */
public record StreamView(PipelineStatus status, boolean fed, Duration elapsed, long total) {

    /** It as text. */
    public Progress progress() {
        return new Progress(status, total, elapsed);
    }

    /** Whether the teacher has scored every sample and the selector has read all its outputs. */
    public boolean decided() {
        return fed
                && status.getTeacher().getRecords() + status.getTeacher().getDeadLetters() >= total
                && status.getTeacher().getLag() == 0
                && status.getSelector().getLag() == 0;
    }

    /** Whether all was sent and each of these students has committed its last step. */
    public boolean finished(Collection<String> students) {
        return fed && progress().finished(students);
    }

    /**
     * Refuses a failed student.
     *
     * @param students who must not fail; others may
     * @throws ClusterException with the problem that its trainer reports
     */
    public void requireNoFailure(Collection<String> students) {
        status.getStudentsList().stream()
                .filter(student -> students.contains(student.getStudent()))
                .filter(student -> student.getState() == StudentState.STUDENT_STATE_FAILED)
                .findFirst()
                .ifPresent(student -> {
                    throw new ClusterException(
                            "student " + student.getStudent() + " failed: " + problem(student.getStudent()));
                });
    }

    /**
     * Refuses a stream that takes too long.
     *
     * @throws ClusterException with the last state
     */
    public void requireWithin(Duration limit) {
        if (elapsed.compareTo(limit) > 0) {
            throw new ClusterException("the time limit of " + limit.toSeconds() + " s has passed; the last state: "
                    + progress().line());
        }
    }

    private String problem(String student) {
        return status.getInstancesList().stream()
                .filter(instance -> instance.getStudent().getStudent().equals(student))
                .map(InstanceStatus::getProblem)
                .filter(problem -> !problem.isEmpty())
                .findFirst()
                .orElse("see its trainer's log");
    }
}
