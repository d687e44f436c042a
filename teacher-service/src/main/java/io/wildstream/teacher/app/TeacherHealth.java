// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Alive while the pipeline makes progress; ready while it scores samples. */
@ApplicationScoped
class TeacherHealth {

    private final TeacherService service;

    TeacherHealth(TeacherService service) {
        this.service = service;
    }

    @Produces
    @Liveness
    HealthCheck alive() {
        return () -> HealthCheckResponse.builder()
                .name("pipeline makes progress")
                .status(service.isAlive())
                .build();
    }

    @Produces
    @Readiness
    HealthCheck ready() {
        return () -> HealthCheckResponse.builder()
                .name("samples are scored")
                .status(service.isReady())
                .withData("problem", service.problem())
                .build();
    }
}
