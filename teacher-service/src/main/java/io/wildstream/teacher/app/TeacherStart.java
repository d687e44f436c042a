// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import io.wildstream.service.ClusterConfig;
import io.wildstream.service.ServiceSettings;
import jakarta.inject.Singleton;

/** What is checked before the teacher service starts. */
@Singleton
final class TeacherStart implements ServiceSettings {

    private final ClusterConfig cluster;
    private final TeacherConfig config;

    TeacherStart(ClusterConfig cluster, TeacherConfig config) {
        this.cluster = cluster;
        this.config = config;
    }

    @Override
    public Class<?> keys() {
        return TeacherConfig.class;
    }

    @Override
    public String instance() {
        return config.instance(cluster);
    }

    @Override
    public void check() {
        config.check(cluster);
    }
}
