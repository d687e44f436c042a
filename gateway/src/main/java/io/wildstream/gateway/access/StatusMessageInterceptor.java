// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.Prioritized;

/**
 * Percent-encodes error messages as the gRPC specification says: printable ASCII except {@code %} is sent unchanged. The HTTP server would
 * encode colons, commas and slashes too, which clients such as grpc-js do not decode.
 */
@ApplicationScoped
@GlobalInterceptor
public class StatusMessageInterceptor implements ServerInterceptor, Prioritized {

    private static final Metadata.Key<String> MESSAGE =
            Metadata.Key.of("grpc-message", Metadata.ASCII_STRING_MARSHALLER);
    private static final int OUTERMOST = 200;

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        return next.startCall(
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        String message = status.getDescription();
                        if (status.isOk() || message == null) {
                            super.close(status, trailers);
                            return;
                        }
                        trailers.put(MESSAGE, encoded(message));
                        super.close(Status.fromCode(status.getCode()), trailers);
                    }
                },
                headers);
    }

    @Override
    public int getPriority() {
        return OUTERMOST;
    }

    static String encoded(String message) {
        StringBuilder text = new StringBuilder();
        for (byte b : message.getBytes(UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                text.append((char) b);
            } else {
                text.append(String.format("%%%02X", b & 0xff));
            }
        }
        return text.toString();
    }
}
