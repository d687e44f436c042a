// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.MemorySize;
import io.wildstream.gateway.testkit.Configs;
import io.wildstream.service.testkit.ConfigContract;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {

    private final ConfigContract<GatewayConfig> contract =
            new ConfigContract<>(GatewayConfig.class, Map.of(), config -> ConfigChecks.check(config.gateway()));

    @Test
    void hasTheDocumentedDefaults() {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put("gateway.token", Optional.empty());
        defaults.put("gateway.output-tokens", Optional.empty());
        defaults.put("gateway.max-payload", bytes(ConfigChecks.LARGEST_PAYLOAD));
        defaults.put("gateway.max-in-flight-records", 2048);
        defaults.put("gateway.max-in-flight-bytes", bytes(32L << 20));
        defaults.put("gateway.total-in-flight-bytes", bytes(64L << 20));
        defaults.put("gateway.max-uploads", 64);
        defaults.put("gateway.max-connections", 1000);
        defaults.put("gateway.header-timeout", Duration.ofSeconds(10));
        defaults.put("gateway.idle-timeout", Duration.ofMinutes(5));
        defaults.put("gateway.receive-timeout", Duration.ofMinutes(1));
        defaults.put("gateway.max-ingest-calls", 32);
        defaults.put("gateway.max-backlog", 200_000L);
        defaults.put("gateway.max-backlog-wait", Duration.ofMinutes(1));
        defaults.put("gateway.deduplication-window", 1_000_000);
        defaults.put("gateway.max-watches", 256);
        defaults.put("gateway.delivery-timeout", Duration.ofSeconds(30));
        defaults.put("gateway.observe-timeout", Duration.ofSeconds(10));
        defaults.put("gateway.checkpoint-timeout", Duration.ofMinutes(1));
        defaults.put("gateway.teacher-timeout", Duration.ofMinutes(1));
        defaults.put("gateway.probe-interval", Duration.ofSeconds(1));
        defaults.put("gateway.shutdown-grace", Duration.ofSeconds(10));

        contract.hasDefaults(defaults);
    }

    @Test
    void takesEveryKey() {
        Map<String, String> texts = new HashMap<>();
        texts.put("gateway.token", "0123456789abcdef");
        texts.put("gateway.output-tokens", "a:0123456789abcdee,b.c:0123456789abcded");
        texts.put("gateway.max-payload", "1M");
        texts.put("gateway.max-in-flight-records", "10");
        texts.put("gateway.max-in-flight-bytes", "12M");
        texts.put("gateway.total-in-flight-bytes", "16M");
        texts.put("gateway.max-uploads", "3");
        texts.put("gateway.max-connections", "4");
        texts.put("gateway.header-timeout", "2s");
        texts.put("gateway.idle-timeout", "3s");
        texts.put("gateway.receive-timeout", "4s");
        texts.put("gateway.max-ingest-calls", "2");
        texts.put("gateway.max-backlog", "0");
        texts.put("gateway.max-backlog-wait", "5s");
        texts.put("gateway.deduplication-window", "10");
        texts.put("gateway.max-watches", "3");
        texts.put("gateway.delivery-timeout", "5s");
        texts.put("gateway.observe-timeout", "0s");
        texts.put("gateway.checkpoint-timeout", "7s");
        texts.put("gateway.teacher-timeout", "8s");
        texts.put("gateway.probe-interval", "500ms");
        texts.put("gateway.shutdown-grace", "1s");
        Map<String, Object> values = new HashMap<>();
        values.put("gateway.token", Optional.of("0123456789abcdef"));
        values.put("gateway.output-tokens", Optional.of(List.of("a:0123456789abcdee", "b.c:0123456789abcded")));
        values.put("gateway.max-payload", bytes(1 << 20));
        values.put("gateway.max-in-flight-records", 10);
        values.put("gateway.max-in-flight-bytes", bytes(12 << 20));
        values.put("gateway.total-in-flight-bytes", bytes(16 << 20));
        values.put("gateway.max-uploads", 3);
        values.put("gateway.max-connections", 4);
        values.put("gateway.header-timeout", Duration.ofSeconds(2));
        values.put("gateway.idle-timeout", Duration.ofSeconds(3));
        values.put("gateway.receive-timeout", Duration.ofSeconds(4));
        values.put("gateway.max-ingest-calls", 2);
        values.put("gateway.max-backlog", 0L);
        values.put("gateway.max-backlog-wait", Duration.ofSeconds(5));
        values.put("gateway.deduplication-window", 10);
        values.put("gateway.max-watches", 3);
        values.put("gateway.delivery-timeout", Duration.ofSeconds(5));
        values.put("gateway.observe-timeout", Duration.ZERO);
        values.put("gateway.checkpoint-timeout", Duration.ofSeconds(7));
        values.put("gateway.teacher-timeout", Duration.ofSeconds(8));
        values.put("gateway.probe-interval", Duration.ofMillis(500));
        values.put("gateway.shutdown-grace", Duration.ofSeconds(1));

        contract.readsEveryKey(texts, values);
    }

    @Test
    void refusesValuesThatCannotWork() {
        contract.refuses("""
                gateway.token                 | short | must be at least 16 characters long (openssl rand -hex 32 makes one)
                gateway.max-payload           | 8M    | must be between 1 and 8064K, but is 8M
                gateway.max-in-flight-records | 0     | must be between 1 and 1000000, but is 0
                gateway.max-in-flight-bytes   | 8M    | must be between 9M and 16G, but is 8M
                gateway.total-in-flight-bytes | 1M    | must be between 16M and 64G, but is 1M
                gateway.total-in-flight-bytes | 60G   | must be at most a third of the heap
                gateway.max-uploads           | 0     | must be between 1 and 100000, but is 0
                gateway.max-connections       | 0     | must be between 1 and 1000000, but is 0
                gateway.header-timeout        | 0s    | must be between 1s and 5m, but is 0s
                gateway.idle-timeout          | 0s    | must be between 1s and 24h, but is 0s
                gateway.receive-timeout       | 0s    | must be between 1s and 10m, but is 0s
                gateway.max-ingest-calls      | 0     | must be between 1 and 10000, but is 0
                gateway.max-backlog           | -1    | must be between 0 and
                gateway.max-backlog-wait      | 10ms  | must be between 1s and 1h, but is 10ms
                gateway.deduplication-window  | 0     | must be between 1 and 4000000, but is 0
                gateway.max-watches           | 0     | must be between 1 and 100000, but is 0
                gateway.delivery-timeout      | 10ms  | must be between 1s and 10m, but is 10ms
                gateway.observe-timeout       | 1h    | must be between 0s and 5m, but is 1h
                gateway.checkpoint-timeout    | 2h    | must be between 0s and 1h, but is 2h
                gateway.teacher-timeout       | 2h    | must be between 0s and 1h, but is 2h
                gateway.probe-interval        | 1ms   | must be between 100ms and 1m, but is 1ms
                gateway.shutdown-grace        | 10m   | must be between 0s and 5m, but is 10m
                """);
    }

    @Test
    void aTokenIsNotShownWhenItIsRefused() {
        contract.refuses(
                Map.of("gateway.token", "hunter2"),
                "wildstream.gateway.token must be at least 16 characters long (openssl rand -hex 32 makes one), but is shorter");
    }

    @Test
    void whoSendsOutputsHasANameAndATokenOfItsOwn() {
        String token = "0123456789abcdef";
        for (String bad : List.of(
                token,
                "a:",
                "a:short",
                ":" + token,
                "a b:" + token,
                "a:" + token + ",b:" + token,
                "a:" + token + ",a:" + token + "0")) {
            contract.refuses(
                    Map.of("gateway.output-tokens", bad),
                    "wildstream.gateway.output-tokens must be entries name:token with a token of its own of at least 16");
        }
        contract.refuses(
                Map.of("gateway.output-tokens", "a:" + token, "gateway.token", token),
                "wildstream.gateway.output-tokens must be entries name:token");
        assertThatThrownBy(() ->
                        ConfigChecks.check(Configs.gateway(Map.of("wildstream.gateway.output-tokens", "a:hunter2"))
                                .gateway()))
                .hasMessageEndingWith("but is wrong for 'a'");
    }

    @Test
    void theInstanceIsCalledGateway0UnlessItHasAName() {
        assertThat(GatewayConfig.instance(Configs.cluster(Map.of()))).isEqualTo("gateway-0");
        assertThat(GatewayConfig.instance(Configs.cluster(Map.of("wildstream.instance", "gateway-3"))))
                .isEqualTo("gateway-3");
    }

    private static MemorySize bytes(long bytes) {
        return new MemorySize(BigInteger.valueOf(bytes));
    }
}
