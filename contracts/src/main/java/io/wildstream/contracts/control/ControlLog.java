// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.ControlRecord;
import java.util.Map;
import java.util.function.BiConsumer;

/** The newest spec of each key of {@code control}, for a service that follows the topic. */
public final class ControlLog extends CompactedTopic<ControlRecord> {

    /**
     * Starts reading.
     *
     * @param listener called with key and spec for each change, those at the start included, on the reader's thread
     */
    public ControlLog(Map<String, ?> clientProperties, Topics topics, BiConsumer<String, ControlRecord> listener) {
        super(clientProperties, topics.control(), ControlRecord::parseFrom, listener);
    }
}
