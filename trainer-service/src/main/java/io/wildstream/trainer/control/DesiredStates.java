// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.control;

import org.jspecify.annotations.Nullable;

/** What a user wants of a student, as it changes. */
interface DesiredStates {

    /** The newest desired state, or null before the first. */
    Commands.@Nullable DesiredState newest();

    /** Waits for a desired state of another generation than this, a tenth of a second at most. */
    void awaitChange(long generation) throws InterruptedException;
}
