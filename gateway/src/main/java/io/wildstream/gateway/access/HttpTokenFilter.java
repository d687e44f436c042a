// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/**
 * Admits an HTTP request when {@link AccessPolicy} does; {@code /q/health} always. The paths of gRPC services, which no HTTP resource has,
 * are left to {@link TokenInterceptor}, so that gRPC clients get a gRPC status.
 */
@Singleton
class HttpTokenFilter {

    private static final int BEFORE_ALL = 1000;
    private static final int UNAUTHORIZED = 401;
    private static final Pattern GRPC_PATH = Pattern.compile("/(wildstream|grpc)(\\.[A-Za-z0-9]+)+/[A-Za-z]+");
    private static final Pattern HEALTH_PATH = Pattern.compile("/q/health(/[a-z]+)?/?");

    private final AccessPolicy policy;

    HttpTokenFilter(AccessPolicy policy) {
        this.policy = policy;
    }

    void register(@Observes Filters filters) {
        filters.register(this::filter, BEFORE_ALL);
    }

    private void filter(RoutingContext context) {
        String path = context.normalizedPath();
        boolean open =
                GRPC_PATH.matcher(path).matches() || HEALTH_PATH.matcher(path).matches();
        if (open || policy.admits(context.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            context.next();
            return;
        }
        context.response()
                .setStatusCode(UNAUTHORIZED)
                .putHeader("WWW-Authenticate", "Bearer")
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .end(
                        "{\"title\":\"UNAUTHENTICATED\",\"status\":401,"
                                + "\"detail\":\"the token is missing or wrong: send the header 'Authorization: Bearer <token>'\"}");
    }
}
