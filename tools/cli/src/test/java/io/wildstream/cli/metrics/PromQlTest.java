// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {

    @Test
    void shouldFindTheMetricsOfAnExpression() {
        assertThat(
                        PromQl.metrics(
                                "sum by (a, b) (rate(x_total{a=~\"y_.*\",b=\"(z)\"}[5m])) / on (a) max by (a) (w) or vector(0)"))
                .containsExactly("w", "x_total");
        assertThat(PromQl.metrics("c:x:ratio_rate5m < 0.5 * y > 14.4 * 0.05\nand z unless z offset 1h"))
                .containsExactly("c:x:ratio_rate5m", "y", "z");
        assertThat(PromQl.metrics("histogram_quantile(0.95, sum by (le) (rate(x_bucket[$__rate_interval])))"))
                .containsExactly("x_bucket");
    }
}
