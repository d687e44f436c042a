// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.admission;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quarkus.grpc.GlobalInterceptor;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import io.wildstream.gateway.GatewayMetrics.Cause;
import io.wildstream.gateway.access.Refused;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.Prioritized;
import org.jspecify.annotations.Nullable;

/**
 * Ties a gRPC call to its {@link MeteredRequest}: the call can be refused from there, and gives back the room of each message of a stream
 * once its handler has it. The only message of a unary call is held until the call ends.
 *
 * <p>Compressed messages are refused: a small one may be of any size when it is unpacked, and images are compressed already.
 */
@ApplicationScoped
@GlobalInterceptor
public class MeteredCallInterceptor implements ServerInterceptor, Prioritized {

    private static final int AFTER_TOKEN = 40;
    private static final Metadata.Key<String> ENCODING =
            Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> ACCEPTED =
            Metadata.Key.of("grpc-accept-encoding", Metadata.ASCII_STRING_MARSHALLER);

    private static final String HEALTH = "grpc.health.v1.Health";

    private final ConnectionGuard guard;
    private final Refused refused;

    MeteredCallInterceptor(ConnectionGuard guard, Refused refused) {
        this.guard = guard;
        this.refused = refused;
    }

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        String encoding = headers.get(ENCODING);
        if (encoding != null && !encoding.equals("identity")) {
            refused.count(Cause.COMPRESSED);
            Metadata trailers = new Metadata();
            trailers.put(ACCEPTED, "identity");
            call.close(
                    Status.UNIMPLEMENTED.withDescription(
                            "compressed requests are not accepted: send them uncompressed"),
                    trailers);
            return new ServerCall.Listener<>() {};
        }
        RoutingContext http = http();
        if (http != null && !HEALTH.equals(call.getMethodDescriptor().getServiceName())) {
            guard.admitted(http.request());
        }
        MeteredRequest request = AdmissionFilter.metered(http);
        ServerCall.Listener<A> listener = next.startCall(call, headers);
        if (request == null) {
            return listener;
        }
        request.begun(error -> {
            Metadata trailers = error.getTrailers();
            call.close(error.getStatus(), trailers == null ? new Metadata() : trailers);
            listener.onCancel();
        });
        return call.getMethodDescriptor().getType().clientSendsOneMessage()
                ? listener
                : new SimpleForwardingServerCallListener<>(listener) {
                    @Override
                    public void onMessage(A message) {
                        super.onMessage(message);
                        request.handedOver();
                    }
                };
    }

    private static @Nullable RoutingContext http() {
        Context context = Vertx.currentContext();
        return context == null ? null : context.getLocal(RoutingContext.class.getName());
    }

    @Override
    public int getPriority() {
        return AFTER_TOKEN;
    }
}
