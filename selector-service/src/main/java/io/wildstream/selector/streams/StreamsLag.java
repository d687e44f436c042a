// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import org.apache.kafka.streams.KafkaStreams;

/** How far behind processing is, from the consumers' own metrics. */
public final class StreamsLag {

    private static final String GROUP = "consumer-fetch-manager-metrics";
    private static final String NAME = "records-lag";

    private StreamsLag() {}

    /** Records not yet fetched, over all partitions of this instance; 0 before the first fetch. */
    public static double of(KafkaStreams streams) {
        return streams.metrics().values().stream()
                .filter(metric -> metric.metricName().group().equals(GROUP)
                        && metric.metricName().name().equals(NAME)
                        && !metric.metricName()
                                .tags()
                                .getOrDefault("client-id", "")
                                .contains("restore"))
                .mapToDouble(metric -> metric.metricValue() instanceof Double lag && !lag.isNaN() ? lag : 0)
                .sum();
    }
}
