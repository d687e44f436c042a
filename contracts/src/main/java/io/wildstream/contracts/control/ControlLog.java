// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.ControlRecord;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The newest spec of each key of {@code control}, for a service that follows the topic. */
public final class ControlLog extends CompactedTopic<ControlRecord> {

    /**
     * Starts reading.
     *
     * @param listener called with key and spec for each change, those at the start included, on the reader's thread
     */
    public ControlLog(Map<String, ?> clientProperties, Topics topics, BiConsumer<String, ControlRecord> listener) {
        this(clientProperties, topics, null, listener);
    }

    /**
     * Starts reading, and skips what has ended this process before.
     *
     * @param marks as in {@link CompactedTopic}
     */
    public ControlLog(
            Map<String, ?> clientProperties,
            Topics topics,
            @Nullable Path marks,
            BiConsumer<String, ControlRecord> listener) {
        super(clientProperties, topics.control(), Entries::control, marks, listener);
    }
}
