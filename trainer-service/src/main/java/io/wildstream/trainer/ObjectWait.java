// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

/** Shows in a student's life that it waits for an object that cannot be fetched. Belongs to the training thread. */
final class ObjectWait {

    private final StudentLifecycle life;
    private String shown = "";

    ObjectWait(StudentLifecycle life) {
        this.life = life;
    }

    /** Shows why it waits; nothing when the problem is empty. */
    void show(String problem) {
        if (problem.equals(shown)) {
            return;
        }
        if (shown.isEmpty()) {
            life.hold(problem);
        } else if (problem.isEmpty()) {
            life.resume();
        } else {
            life.changeReason(problem);
        }
        shown = problem;
    }
}
