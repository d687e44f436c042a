// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import io.wildstream.contracts.Topics;
import io.wildstream.service.Values;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Refuses a configuration that cannot work, with a message that names the key and what its value must be. */
public final class ConfigChecks {

    /** Largest payload that every later stage can still wrap into one Kafka record, bytes. */
    public static final int LARGEST_PAYLOAD = Topics.MAX_PAYLOAD_BYTES;

    /** Largest gRPC message that is read, bytes; equals {@code quarkus.grpc.server.max-inbound-message-size}. */
    public static final int LARGEST_MESSAGE = 9 * 1024 * 1024;

    private static final String KEYS = "wildstream.gateway.";
    private static final int SHORTEST_TOKEN = 16;
    private static final Pattern SENDER = Pattern.compile("[a-zA-Z0-9._-]{1,63}");
    private static final int COPIES = 3;

    private ConfigChecks() {}

    /**
     * Checks all values.
     *
     * @throws IllegalArgumentException for the first that is wrong, naming its key and what it must be
     */
    public static void check(GatewayConfig.Gateway config) {
        Values.require(
                config.token().map(token -> token.length() >= SHORTEST_TOKEN).orElse(true),
                KEYS + "token",
                "at least " + SHORTEST_TOKEN + " characters long (openssl rand -hex 32 makes one)",
                "shorter");
        var unused = outputTokens(config);
        Values.between(KEYS + "max-payload", config.maxPayload(), 1, LARGEST_PAYLOAD);
        Values.between(KEYS + "max-in-flight-records", config.maxInFlightRecords(), 1, 1_000_000);
        Values.between(KEYS + "max-in-flight-bytes", config.maxInFlightBytes(), LARGEST_MESSAGE, 1L << 34);
        Values.between(KEYS + "total-in-flight-bytes", config.totalInFlightBytes(), 1L << 24, 1L << 36);
        requireRoom(
                config.totalInFlightBytes().asLongValue(), Runtime.getRuntime().maxMemory());
        Values.between(KEYS + "max-uploads", config.maxUploads(), 1, 100_000);
        Values.between(KEYS + "max-connections", config.maxConnections(), 1, 1_000_000);
        between("header-timeout", config.headerTimeout(), "PT1S", "PT5M");
        between("idle-timeout", config.idleTimeout(), "PT1S", "PT24H");
        between("receive-timeout", config.receiveTimeout(), "PT1S", "PT10M");
        Values.between(KEYS + "max-ingest-calls", config.maxIngestCalls(), 1, 10_000);
        Values.between(KEYS + "max-backlog", config.maxBacklog(), 0, Long.MAX_VALUE / 2);
        between("max-backlog-wait", config.maxBacklogWait(), "PT1S", "PT1H");
        Values.between(KEYS + "deduplication-window", config.deduplicationWindow(), 1, 4_000_000);
        Values.between(KEYS + "max-watches", config.maxWatches(), 1, 100_000);
        between("delivery-timeout", config.deliveryTimeout(), "PT1S", "PT10M");
        between("observe-timeout", config.observeTimeout(), "PT0S", "PT5M");
        between("checkpoint-timeout", config.checkpointTimeout(), "PT0S", "PT1H");
        between("teacher-timeout", config.teacherTimeout(), "PT0S", "PT1H");
        between("probe-interval", config.probeInterval(), "PT0.1S", "PT1M");
        between("shutdown-grace", config.shutdownGrace(), "PT0S", "PT5M");
    }

    /**
     * Tokens of the callers that may send outputs, by their names.
     *
     * @throws IllegalArgumentException when one is not {@code name:token}; the message shows no token
     */
    public static Map<String, String> outputTokens(GatewayConfig.Gateway config) {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String sender : config.outputTokens().orElse(List.of())) {
            int colon = sender.indexOf(':');
            String name = sender.substring(0, Math.max(0, colon));
            String token = sender.substring(colon + 1).strip();
            boolean good = SENDER.matcher(name).matches() && token.length() >= SHORTEST_TOKEN;
            boolean own = !tokens.containsValue(token) && !config.token().equals(Optional.of(token));
            Values.require(
                    good && own && tokens.put(name, token) == null,
                    KEYS + "output-tokens",
                    "entries name:token with a token of its own of at least " + SHORTEST_TOKEN
                            + " characters for each name"
                            + " (1 to 63 letters, digits, '.', '_' or '-'; openssl rand -hex 32 makes a token)",
                    name.isEmpty() ? "without a name in one" : "wrong for '" + ApiErrors.shown(name) + "'");
        }
        return tokens;
    }

    /** What is held is in memory up to three times for a moment: as it was read, as it is stored, and in the batch of the producer. */
    static void requireRoom(long bytes, long heap) {
        Values.require(
                bytes <= heap / COPIES,
                KEYS + "total-in-flight-bytes",
                "at most a third of the heap, which is " + (heap >> 20) + "M (-Xmx sets it)",
                (bytes >> 20) + "M");
    }

    private static void between(String key, Duration value, String min, String max) {
        Values.between(KEYS + key, value, Duration.parse(min), Duration.parse(max));
    }
}
