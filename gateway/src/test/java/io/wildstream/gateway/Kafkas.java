// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import io.wildstream.service.ClusterConfig;

/** Makes a {@link Kafka} for tests that need no running gateway. */
public record Kafkas(Kafka kafka) implements AutoCloseable {

    public Kafkas(ClusterConfig config, KafkaSettings settings) {
        this(new Kafka(config, settings));
    }

    @Override
    public void close() {
        kafka.close();
    }
}
