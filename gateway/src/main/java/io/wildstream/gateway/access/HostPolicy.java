// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway without a token asks of a request, since a web page in a browser of this machine reaches loopback too: the name by which
 * it was called must be one of loopback, as no name of a page's own server is (DNS rebinding), and a write must not come from a page of
 * another origin.
 */
final class HostPolicy {

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private HostPolicy() {}

    /** Whether the request was sent to a name of this machine's loopback, or to no name at all, as no browser does. */
    static boolean isOfLoopback(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        return authority == null
                ? request.getHeader(HttpHeaders.HOST) == null
                : AccessPolicy.isLoopback(authority.host());
    }

    /** Whether the request writes and was sent by a page of another origin. */
    static boolean isForeignWrite(HttpServerRequest request) {
        return isForeignWrite(request.method(), request.getHeader("Origin"), request.authority());
    }

    static boolean isForeignWrite(HttpMethod method, @Nullable String origin, @Nullable HostAndPort authority) {
        if (origin == null || READS.contains(method)) {
            return false;
        }
        return authority == null || !origin.toLowerCase(Locale.ROOT).equals(own(authority));
    }

    private static String own(HostAndPort authority) {
        String host = authority.host().toLowerCase(Locale.ROOT);
        return authority.port() < 0 || authority.port() == 80
                ? "http://" + host
                : "http://" + host + ":" + authority.port();
    }
}
