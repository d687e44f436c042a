// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.app;

import io.wildstream.reference.ReferenceConfig;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.ServiceSettings;
import io.wildstream.trainer.config.TrainerConfig;
import jakarta.inject.Singleton;
import java.util.List;

/** What is checked before a trainer or a condenser starts. */
@Singleton
final class TrainerStart implements ServiceSettings {

    private final ClusterConfig cluster;
    private final TrainerConfig config;
    private final ReferenceConfig references;

    TrainerStart(ClusterConfig cluster, TrainerConfig config, ReferenceConfig references) {
        this.cluster = cluster;
        this.config = config;
        this.references = references;
    }

    @Override
    public Class<?> keys() {
        return TrainerConfig.class;
    }

    @Override
    public List<Class<?>> sharedKeys() {
        return List.of(ReferenceConfig.class);
    }

    @Override
    public String instance() {
        return config.instance(cluster);
    }

    @Override
    public void check() {
        config.check();
        var unused = ReferenceSettings.of(references);
    }
}
