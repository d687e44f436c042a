// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

/** Kafka refuses this client, or its settings cannot be used: retrying is of no use until somebody changes a key. */
public final class KafkaRefusedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** @param message names the keys to look at */
    public KafkaRefusedException(String message) {
        super(message);
    }

    /** @param message names the keys to look at */
    public KafkaRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
