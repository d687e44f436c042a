// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

/** A call or a read that failed for a reason that the user can act on: only the message is shown. */
public final class ClientException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClientException(String message) {
        super(message);
    }

    public ClientException(String message, Throwable cause) {
        super(message, cause);
    }
}
