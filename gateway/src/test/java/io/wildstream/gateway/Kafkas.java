// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

/** Makes a {@link Kafka} for tests that need no running gateway. */
public record Kafkas(Kafka kafka) implements AutoCloseable {

    public Kafkas(GatewayConfig config, KafkaSettings settings) {
        this(new Kafka(config, settings));
    }

    @Override
    public void close() {
        kafka.close();
    }
}
