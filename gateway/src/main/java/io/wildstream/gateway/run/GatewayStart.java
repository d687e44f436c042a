// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.run;

import io.wildstream.gateway.ConfigChecks;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.ServiceSettings;
import jakarta.inject.Singleton;

/** What is checked before the gateway starts. */
@Singleton
final class GatewayStart implements ServiceSettings {

    private final ClusterConfig cluster;
    private final GatewayConfig config;

    GatewayStart(ClusterConfig cluster, GatewayConfig config) {
        this.cluster = cluster;
        this.config = config;
    }

    @Override
    public Class<?> keys() {
        return GatewayConfig.class;
    }

    @Override
    public String instance() {
        return GatewayConfig.instance(cluster);
    }

    @Override
    public void check() {
        ConfigChecks.check(config.gateway());
    }
}
