// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

/** Another trainer of the same student has started: this one must not write any more. */
public final class FencedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FencedException(String student, Throwable cause) {
        super(
                "another trainer has taken over student '" + student
                        + "': this one stops; run one trainer for each student (wildstream.trainer.student)",
                cause);
    }
}
