// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import io.grpc.Status;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Answers a request with an RFC 9457 problem before anything of its body is read; what the client still sends is dropped. */
public final class HttpRefusal {

    private static final Pattern GRPC_PATH = Pattern.compile("/(wildstream|grpc)(\\.[A-Za-z0-9]+)+/[A-Za-z]+");

    private static final Pattern HEALTH_PATH = Pattern.compile("/q/health(/[a-z]+)?/?");

    private HttpRefusal() {}

    /** Whether this is the path of a health check, which needs no token. */
    public static boolean isHealth(String path) {
        return HEALTH_PATH.matcher(path).matches();
    }

    /** Whether this is the path of a gRPC method, which no HTTP resource has. */
    static boolean isGrpcPath(String path) {
        return GRPC_PATH.matcher(path).matches();
    }

    /** Whether this is a gRPC call, by what the gRPC server goes by. */
    public static boolean isGrpc(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return request.version() == HttpVersion.HTTP_2
                && type != null
                && type.toLowerCase(Locale.ROOT).startsWith("application/grpc");
    }

    /**
     * Sends a problem; to a gRPC call, which reads no HTTP status, as a gRPC status.
     *
     * @param status HTTP status
     * @param code the gRPC status of the same meaning
     * @param headers further headers
     */
    public static void send(
            RoutingContext context, int status, Status.Code code, String detail, Map<String, String> headers) {
        HttpServerResponse response = context.response();
        if (isGrpc(context.request()) && isGrpcPath(context.normalizedPath())) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/grpc")
                    .putHeader("grpc-status", Integer.toString(code.value()))
                    .putHeader("grpc-message", StatusMessageInterceptor.encoded(detail))
                    .end();
            return;
        }
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json");
        headers.forEach(response::putHeader);
        response.end(new JsonObject()
                .put("title", code.name())
                .put("status", status)
                .put("detail", detail)
                .encode());
        // With nobody who reads them, bytes that still come are dropped; without this the connection could not be used
        // again.
        if (!context.request().isEnded()) {
            context.request().resume();
        }
    }
}
