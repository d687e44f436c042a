// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import io.wildstream.service.ClusterConfig;
import io.wildstream.service.ServiceSettings;
import jakarta.inject.Singleton;

/** What is checked before the selector starts. */
@Singleton
final class SelectorStart implements ServiceSettings {

    private final ClusterConfig cluster;
    private final SelectorConfig config;

    SelectorStart(ClusterConfig cluster, SelectorConfig config) {
        this.cluster = cluster;
        this.config = config;
    }

    @Override
    public Class<?> keys() {
        return SelectorConfig.class;
    }

    @Override
    public String instance() {
        return SelectorConfig.instance(cluster);
    }

    @Override
    public void check() {
        config.check();
    }
}
