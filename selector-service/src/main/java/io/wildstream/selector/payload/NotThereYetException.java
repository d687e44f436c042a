// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.payload;

import org.apache.kafka.common.errors.RetriableException;

/** What the teacher has read was not committed yet when this was asked, or is not on this replica yet. */
final class NotThereYetException extends RetriableException {

    private static final long serialVersionUID = 1;

    NotThereYetException(String message) {
        super(message);
    }
}
