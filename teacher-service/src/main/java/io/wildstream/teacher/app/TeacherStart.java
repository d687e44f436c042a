// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import io.wildstream.reference.ReferenceConfig;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.ServiceSettings;
import jakarta.inject.Singleton;
import java.util.List;

/** What is checked before the teacher service starts. */
@Singleton
final class TeacherStart implements ServiceSettings {

    private final ClusterConfig cluster;
    private final TeacherConfig config;
    private final ReferenceConfig references;

    TeacherStart(ClusterConfig cluster, TeacherConfig config, ReferenceConfig references) {
        this.cluster = cluster;
        this.config = config;
        this.references = references;
    }

    @Override
    public Class<?> keys() {
        return TeacherConfig.class;
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
        config.check(cluster);
        var unused = config.fetching(ReferenceSettings.of(references));
    }
}
