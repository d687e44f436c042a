// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

/** A replay needs a sample that its student has learned and that is missing now: it cannot come to the same weights. */
final class MissingObjectException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MissingObjectException(String object) {
        super("the student has learned what is missing now, so that a replay cannot learn it again: " + object);
    }
}
