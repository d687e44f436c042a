// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OffsetsTest {

    private final Offsets offsets =
            new Offsets(2_000_000_000L, Map.of("t", new Offsets.Count(7, 1.5)), Map.of("g", 3L), List.of());

    @Test
    void knowsTheTopicsAndGroupsThatWereRead() {
        assertThat(offsets.topic("t")).isEqualTo(new Offsets.Count(7, 1.5));
        assertThat(offsets.lag("g")).isEqualTo(3);
    }

    @Test
    void showsZeroForATopicThatDoesNotExist() {
        assertThat(offsets.topic("other")).isEqualTo(new Offsets.Count(0, 0));
        assertThat(offsets.lag("other")).isZero();
    }

    @Test
    void hasAnAgeOnceItWasRead() {
        assertThat(offsets.ageSeconds(5_500_000_000L)).isEqualTo(3.5);
        assertThat(Offsets.NONE.ageSeconds(5_500_000_000L)).isNaN();
    }
}
