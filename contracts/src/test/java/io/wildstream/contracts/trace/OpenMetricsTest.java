// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenMetricsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | true
                    application/openmetrics-text;version=1.0.0,*/*;q=0.1 | true
                    text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,*/*;q=0.1 | false
                    text/plain | false
                    */* | false
                    | false
                    """)
    void isPreferredWhereItStandsFirst(String accept, boolean preferred) {
        assertThat(OpenMetrics.isPreferred(accept)).isEqualTo(preferred);
    }

    @Test
    void onlyBucketsAndCountersKeepTheirExemplars() {
        String exemplar = " # {span_id=\"c05f8fefc50fc875\",trace_id=\"90e84b1649f272a35a447ad0a0af9466\"}";
        String metrics = """
                # TYPE call_seconds histogram
                # HELP call_seconds # {a} 1
                call_seconds_bucket{code="OK",le="0.1"} 1.0 # {trace} 0.04 1795351976.713
                call_seconds_count{code="OK"} 1.0 # {trace} 1.0 1795351976.713
                call_seconds_sum{code="OK"} 0.04
                other_seconds_count 1.0 # {trace} 1.0
                third_seconds_count{uri="/a # {b} 1 1"} 1.0
                samples_total 401.0 # {trace} 1.0 1795351976.713
                # EOF
                """.replace(" # {trace}", exemplar);

        assertThat(OpenMetrics.forAllReaders(metrics)).isEqualTo("""
                # TYPE call_seconds histogram
                # HELP call_seconds # {a} 1
                call_seconds_bucket{code="OK",le="0.1"} 1.0 # {trace} 0.04 1795351976.713
                call_seconds_count{code="OK"} 1.0
                call_seconds_sum{code="OK"} 0.04
                other_seconds_count 1.0
                third_seconds_count{uri="/a # {b} 1 1"} 1.0
                samples_total 401.0 # {trace} 1.0 1795351976.713
                # EOF
                """.replace(" # {trace}", exemplar));
    }
}
