// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

/** Continuing could break exactly-once: another process took this one's place, or Kafka refuses it. The process must stop. */
public final class BrokenInvariantException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BrokenInvariantException(String message, Throwable cause) {
        super(message, cause);
    }
}
