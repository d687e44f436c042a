// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

/** Hears that a student waits because its checkpoint cannot be stored. */
public interface SaveProblems {

    /** The student waits from now on. */
    void hold(String reason);

    /** It still waits, for this reason now. */
    void changeReason(String reason);

    /** The student continues with what it did before. */
    void resume();
}
