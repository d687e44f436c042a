// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessPolicyTest {

    private static final String TOKEN = "0123456789abcdef";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "10.0.0.1",
                "gateway.example.org",
                "128.0.0.1",
                "localhost.example.org",
                "1127.0.0.1"
            })
    void refusesAnOpenDoorWithoutAToken(String host) {
        // Given
        Optional<String> none = Optional.empty();

        // When
        Throwable refusal = catchThrowable(() -> new AccessPolicy(none, Map.of(), host));

        // Then
        assertThat(refusal)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wildstream.gateway.token")
                .hasMessageContaining("openssl rand")
                .hasMessageContaining(host);
        assertThat(new AccessPolicy(Optional.of(TOKEN), Map.of(), host).admits(null))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.8.7", "localhost", "LocalHost", "::1", "[::1]"})
    void letsThisMachineInWithoutAToken(String host) {
        // Given
        AccessPolicy policy = new AccessPolicy(Optional.empty(), Map.of(), host);

        // When
        boolean admitted = policy.admits(null);

        // Then
        assertThat(admitted).isTrue();
    }

    @Test
    void admitsTheTokenAlone() {
        // Given
        AccessPolicy policy = new AccessPolicy(Optional.of(TOKEN), Map.of(), "127.0.0.1");

        // When
        boolean right = policy.admits("Bearer " + TOKEN) && policy.admits("bearer  " + TOKEN);

        // Then
        assertThat(right).isTrue();
        assertThat(policy.admits(null)).isFalse();
        assertThat(policy.admits("")).isFalse();
        assertThat(policy.admits(TOKEN)).isFalse();
        assertThat(policy.admits("Basic " + TOKEN)).isFalse();
        assertThat(policy.admits("Bearer " + TOKEN + "0")).isFalse();
        assertThat(policy.admits("Bearer ")).isFalse();
    }

    @Test
    void knowsWhoMaySendOutputsByATokenOfItsOwn() {
        // Given
        Map<String, String> senders = Map.of("production", "a-token-of-its-own", "batch", "one-more-of-its-own");
        AccessPolicy locked = new AccessPolicy(Optional.of(TOKEN), senders, "0.0.0.0");
        AccessPolicy open = new AccessPolicy(Optional.empty(), senders, "127.0.0.1");

        // When // Then
        for (AccessPolicy policy : List.of(locked, open)) {
            assertThat(policy.outputSender("Bearer a-token-of-its-own")).isEqualTo("production");
            assertThat(policy.outputSender("bearer one-more-of-its-own")).isEqualTo("batch");
            assertThat(policy.admits("Bearer a-token-of-its-own")).isTrue();
            assertThat(policy.outputSender("Bearer " + TOKEN)).isNull();
            assertThat(policy.outputSender("Bearer ")).isNull();
            assertThat(policy.outputSender("Basic a-token-of-its-own")).isNull();
            assertThat(policy.outputSender(null)).isNull();
        }
        assertThat(locked.admits("Bearer another")).isFalse();
        assertThat(locked.admits(null)).isFalse();
    }
}
