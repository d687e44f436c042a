// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import io.micrometer.core.instrument.MeterRegistry;

/** Makes {@link GatewayMetrics} for tests that need no running gateway. */
public final class TestMetrics {

    private TestMetrics() {}

    public static GatewayMetrics of(MeterRegistry registry) {
        return new GatewayMetrics(registry);
    }
}
