// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.app;

import io.wildstream.service.ClusterConfig;
import io.wildstream.service.ServiceSettings;
import io.wildstream.trainer.config.TrainerConfig;
import jakarta.inject.Singleton;

/** What is checked before a trainer or a condenser starts. */
@Singleton
final class TrainerStart implements ServiceSettings {

    private final ClusterConfig cluster;
    private final TrainerConfig config;

    TrainerStart(ClusterConfig cluster, TrainerConfig config) {
        this.cluster = cluster;
        this.config = config;
    }

    @Override
    public Class<?> keys() {
        return TrainerConfig.class;
    }

    @Override
    public String instance() {
        return config.instance(cluster);
    }

    @Override
    public void check() {
        config.check();
    }
}
