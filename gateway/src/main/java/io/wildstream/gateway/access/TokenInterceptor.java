// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.Prioritized;

/** Admits a gRPC call when {@link AccessPolicy} does; health checks always. */
@ApplicationScoped
@GlobalInterceptor
public class TokenInterceptor implements ServerInterceptor, Prioritized {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String HEALTH = "grpc.health.v1.Health";
    private static final int AFTER_METRICS = 50;

    private final AccessPolicy policy;

    TokenInterceptor(AccessPolicy policy) {
        this.policy = policy;
    }

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        boolean health = HEALTH.equals(call.getMethodDescriptor().getServiceName());
        if (health || policy.admits(headers.get(AUTHORIZATION))) {
            return next.startCall(call, headers);
        }
        call.close(
                Status.UNAUTHENTICATED.withDescription(
                        "the token is missing or wrong: send the metadata 'authorization: Bearer <token>'"),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }

    @Override
    public int getPriority() {
        return AFTER_METRICS;
    }
}
