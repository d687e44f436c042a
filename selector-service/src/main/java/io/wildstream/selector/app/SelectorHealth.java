// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import io.wildstream.selector.Selector;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Health: alive unless processing has stopped for good, ready while every thread has its partitions. */
@ApplicationScoped
class SelectorHealth {

    private final SelectorService service;

    SelectorHealth(SelectorService service) {
        this.service = service;
    }

    @Produces
    @Liveness
    @ApplicationScoped
    HealthCheck alive() {
        return () -> response(
                "selector-alive", service.selector().map(s -> !s.failed()).orElse(true));
    }

    @Produces
    @Readiness
    @ApplicationScoped
    HealthCheck ready() {
        return () -> response(
                "selector-ready", service.selector().map(Selector::ready).orElse(false));
    }

    private HealthCheckResponse response(String name, boolean up) {
        var response = HealthCheckResponse.named(name).status(up);
        service.selector().ifPresent(selector -> {
            response.withData("state", selector.state());
            if (!selector.problem().isEmpty()) {
                response.withData("problem", selector.problem());
            }
        });
        return response.build();
    }
}
