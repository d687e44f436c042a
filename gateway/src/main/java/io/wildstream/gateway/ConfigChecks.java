// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import io.wildstream.contracts.Topics;
import java.time.Duration;

/** Refuses a configuration that cannot work, with a message that names the key and the fix. */
public final class ConfigChecks {

    /** Largest payload that every later stage can still wrap into one Kafka record, bytes. */
    public static final int LARGEST_PAYLOAD = Topics.MAX_MESSAGE_BYTES - 128 * 1024;

    /** Largest gRPC message that is read, bytes; equals {@code quarkus.grpc.server.max-inbound-message-size}. */
    public static final int LARGEST_MESSAGE = 9 * 1024 * 1024;

    private static final int SHORTEST_TOKEN = 16;

    private ConfigChecks() {}

    /**
     * Checks all values.
     *
     * @throws IllegalArgumentException for the first that is wrong
     */
    public static void check(GatewayConfig config) {
        var unused = Topics.of(config.topicPrefix(), config.samplesTopic());
        range("wildstream.partitions", config.partitions(), 1, 10_000);
        require(!config.instance().isBlank(), "wildstream.instance", "is blank; set a unique name such as gateway-0");
        GatewayConfig.Gateway own = config.gateway();
        require(
                own.token().map(token -> token.length() >= SHORTEST_TOKEN).orElse(true),
                "wildstream.gateway.token",
                "is shorter than " + SHORTEST_TOKEN + " characters; make one with: openssl rand -hex 32");
        range("wildstream.gateway.max-payload", own.maxPayload().asLongValue(), 1, LARGEST_PAYLOAD);
        range("wildstream.gateway.max-in-flight-records", own.maxInFlightRecords(), 1, 1_000_000);
        range(
                "wildstream.gateway.max-in-flight-bytes",
                own.maxInFlightBytes().asLongValue(),
                LARGEST_MESSAGE,
                1L << 34);
        range(
                "wildstream.gateway.total-in-flight-bytes",
                own.totalInFlightBytes().asLongValue(),
                1L << 24,
                1L << 36);
        range("wildstream.gateway.max-ingest-calls", own.maxIngestCalls(), 1, 10_000);
        range("wildstream.gateway.max-backlog", own.maxBacklog(), 0, Long.MAX_VALUE / 2);
        range("wildstream.gateway.max-backlog-wait", own.maxBacklogWait(), "PT1S", "PT1H");
        range("wildstream.gateway.deduplication-window", own.deduplicationWindow(), 1, 4_000_000);
        range("wildstream.gateway.max-watches", own.maxWatches(), 1, 100_000);
        range("wildstream.gateway.delivery-timeout", own.deliveryTimeout(), "PT1S", "PT10M");
        range("wildstream.gateway.observe-timeout", own.observeTimeout(), "PT0S", "PT5M");
        range("wildstream.gateway.checkpoint-timeout", own.checkpointTimeout(), "PT0S", "PT1H");
        range("wildstream.gateway.teacher-timeout", own.teacherTimeout(), "PT0S", "PT1H");
        range("wildstream.gateway.probe-interval", own.probeInterval(), "PT0.1S", "PT1M");
        range("wildstream.gateway.shutdown-grace", own.shutdownGrace(), "PT0S", "PT5M");
    }

    private static void range(String key, long value, long min, long max) {
        require(value >= min && value <= max, key, value + " is not in [" + min + ", " + max + "]");
    }

    private static void range(String key, Duration value, String min, String max) {
        require(
                value.compareTo(Duration.parse(min)) >= 0 && value.compareTo(Duration.parse(max)) <= 0,
                key,
                value + " is not in [" + min + ", " + max + "]");
    }

    private static void require(boolean holds, String key, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(key + ": " + problem);
        }
    }
}
