// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TicksTest {
    @Test
    void areRoundAndEncloseTheValues() {
        Ticks ticks = Ticks.around(61.3, 92.4, 7);

        assertThat(ticks.marks()).containsExactly(60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0);
        assertThat(ticks.share(60)).isZero();
        assertThat(ticks.share(95)).isEqualTo(1);
        assertThat(ticks.label(65)).isEqualTo("65");
    }

    @Test
    void showAsManyDecimalsAsTheStepHas() {
        Ticks ticks = Ticks.around(0, 0.31, 7);

        assertThat(ticks.marks().stream().map(ticks::label))
                .containsExactly("0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30", "0.35");
    }

    @Test
    void shortenThousands() {
        Ticks ticks = Ticks.around(0, 30_000, 6);

        assertThat(ticks.marks().stream().map(ticks::label))
                .containsExactly("0", "5k", "10k", "15k", "20k", "25k", "30k");
    }

    @Test
    void standASingleValue() {
        Ticks ticks = Ticks.around(5, 5, 7);

        assertThat(ticks.high()).isGreaterThan(ticks.low());
        assertThat(ticks.marks()).contains(5.0);
        assertThat(Ticks.around(0, 0, 7).high()).isPositive();
    }
}
