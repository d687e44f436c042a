// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.wildstream.contracts.trace.OpenMetrics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenMetricsFilterTest {

    private static final String PROMETHEUS = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3";

    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void answersWhoPrefersTheFormat() throws Exception {
        // Given
        Counter.builder("wildstream_x_total").register(registry).increment();

        // When
        HttpResponse<String> answer = get(serve(false), "/q/metrics", PROMETHEUS);

        // Then
        assertThat(answer.headers().firstValue("Content-Type")).contains(OpenMetrics.TYPE);
        assertThat(answer.body()).contains("wildstream_x_total 1.0").endsWith("# EOF\n");
    }

    @Test
    void leavesOtherReadersPathsAndServicesWithoutTracesToQuarkus() throws Exception {
        int port = serve(false);

        assertThat(get(port, "/q/metrics", "text/plain").body()).isEqualTo("Quarkus");
        assertThat(get(port, "/q/health", PROMETHEUS).body()).isEqualTo("Quarkus");
        assertThat(get(serve(true), "/q/metrics", PROMETHEUS).body()).isEqualTo("Quarkus");
    }

    /** An HTTP server with the filter and, behind it, what stands for Quarkus. */
    private int serve(boolean tracesOff) throws Exception {
        Filters filters = new Filters();
        new OpenMetricsFilter(registry).register(filters, tracesOff);
        Router router = Router.router(vertx);
        filters.getFilters().forEach(filter -> router.route().handler(filter.getHandler()));
        router.route().handler(context -> context.end("Quarkus"));
        return vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .actualPort();
    }

    private static HttpResponse<String> get(int port, String path, String accept) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("Accept", accept)
                                .build(),
                        BodyHandlers.ofString());
    }
}
