// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.gateway.GatewayMetrics.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusedTest {

    private final List<Cause> counted = new ArrayList<>();
    private final List<Map<Cause, Integer>> lines = new ArrayList<>();
    private long now = 7;
    private final Refused refused = new Refused(counted::add, () -> now, lines::add);

    @Test
    void manyRefusalsAreOneLine() {
        // When
        for (int i = 0; i < 1000; i++) {
            refused.count(i % 4 == 0 ? Cause.HOST : Cause.CREDENTIAL);
        }
        now += Refused.INTERVAL.toNanos();
        refused.count(Cause.CREDENTIAL);

        // Then
        assertThat(counted).hasSize(1001);
        assertThat(lines).containsExactly(Map.of(Cause.HOST, 1), Map.of(Cause.HOST, 249, Cause.CREDENTIAL, 751));
    }
}
