// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.wildstream.contracts.trace.OpenMetrics;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * With traces on, shows metrics with exemplars to who prefers the format that has them, as Prometheus does. By itself Quarkus writes plain
 * text for everybody who takes that too.
 */
@Singleton
class ExemplarFilter {

    private static final String PATH = "/q/metrics";
    private static final int BEFORE_METRICS = 100;

    private final PrometheusMeterRegistry registry;

    ExemplarFilter(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    void register(@Observes Filters filters, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean tracesOff) {
        if (!tracesOff) {
            filters.register(this::filter, BEFORE_METRICS);
        }
    }

    private void filter(RoutingContext context) {
        boolean wanted = OpenMetrics.isPreferred(context.request().getHeader(HttpHeaders.ACCEPT));
        if (!wanted || !context.normalizedPath().equals(PATH)) {
            context.next();
            return;
        }
        context.vertx()
                .executeBlocking(() -> OpenMetrics.forAllReaders(registry.scrape(OpenMetrics.TYPE)))
                .onSuccess(metrics -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, OpenMetrics.TYPE)
                        .end(metrics))
                .onFailure(context::fail);
    }
}
