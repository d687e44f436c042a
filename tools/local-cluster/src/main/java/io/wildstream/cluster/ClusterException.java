// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

/** A failure that the user can act on: only the message is shown. */
public class ClusterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
