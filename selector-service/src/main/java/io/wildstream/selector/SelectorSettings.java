// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.wildstream.contracts.Topics;
import io.wildstream.selector.streams.StreamsSettings;
import java.nio.file.Path;

/**
 * What a selector needs to know.
 *
 * @param topics names of the topics
 * @param createTopics whether missing topics are created at the start
 * @param partitions of topics of the stream that are created
 * @param instance unique name of this process, which it keeps over restarts
 * @param marks directory in which this instance marks what it reads of {@code control}
 * @param publishRejected whether decisions not to keep are written to {@code rejected}
 * @param driftDelta bound on the probability of a false alarm at each test for a change of the stream; 0 for no tests
 * @param streams the settings of the processing
 */
public record SelectorSettings(
        Topics topics,
        boolean createTopics,
        int partitions,
        String instance,
        Path marks,
        boolean publishRejected,
        double driftDelta,
        StreamsSettings streams) {}
