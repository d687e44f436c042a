// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

/** What an option or argument asks for cannot be done: a path that holds nothing usable, or numbers that do not go together. */
public final class ArgumentException extends ClusterException {

    private static final long serialVersionUID = 1L;

    public ArgumentException(String message) {
        super(message);
    }

    public ArgumentException(String message, Throwable cause) {
        super(message, cause);
    }
}
