// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

/** Something about the cluster that the user can read and act on: the message is all that is shown. */
public final class ClusterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
