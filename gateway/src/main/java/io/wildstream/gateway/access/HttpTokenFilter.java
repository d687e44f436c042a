// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import io.grpc.Status;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.wildstream.gateway.GatewayMetrics.Cause;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * Admits an HTTP request when {@link AccessPolicy} does; {@code /q/health} always. gRPC calls to the paths of gRPC services, which no HTTP
 * resource has, are left to {@link TokenInterceptor}, so that gRPC clients get a gRPC status. Where there is no token, what
 * {@link HostPolicy} says is asked of every request, gRPC calls among them.
 */
@Singleton
class HttpTokenFilter {

    private static final int BEFORE_ALL = 1000;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int MISDIRECTED = 421;

    private final AccessPolicy policy;
    private final Refused refused;

    HttpTokenFilter(AccessPolicy policy, Refused refused) {
        this.policy = policy;
        this.refused = refused;
    }

    void register(@Observes Filters filters) {
        filters.register(this::filter, BEFORE_ALL);
    }

    private void filter(RoutingContext context) {
        if (policy.isOpen() && isMisdirected(context)) {
            return;
        }
        String path = context.normalizedPath();
        boolean open =
                HttpRefusal.isHealth(path) || (HttpRefusal.isGrpc(context.request()) && HttpRefusal.isGrpcPath(path));
        if (open || policy.admits(context.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            context.next();
            return;
        }
        refused.count(Cause.CREDENTIAL);
        HttpRefusal.send(
                context,
                UNAUTHORIZED,
                Status.Code.UNAUTHENTICATED,
                "the token is missing or wrong: send the header 'Authorization: Bearer <token>'",
                Map.of("WWW-Authenticate", "Bearer"));
    }

    /** Refuses what a web page may have sent, where there is no token that it would not know. */
    private boolean isMisdirected(RoutingContext context) {
        if (!HostPolicy.isOfLoopback(context.request())) {
            refused.count(Cause.HOST);
            HttpRefusal.send(
                    context,
                    MISDIRECTED,
                    Status.Code.PERMISSION_DENIED,
                    "without wildstream.gateway.token only localhost, 127.0.0.1 and [::1] are served: call one of these names, or set"
                            + " a token",
                    Map.of());
            return true;
        }
        if (HostPolicy.isForeignWrite(context.request())) {
            refused.count(Cause.ORIGIN);
            HttpRefusal.send(
                    context,
                    FORBIDDEN,
                    Status.Code.PERMISSION_DENIED,
                    "a page of another origin may not write: set wildstream.gateway.token, and let the page send it",
                    Map.of());
            return true;
        }
        return false;
    }
}
