// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GlobalInterceptor;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayMetrics.Cause;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.Prioritized;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Admits a gRPC call when {@link AccessPolicy} does; health checks always, streams of them within a bound. */
@ApplicationScoped
@GlobalInterceptor
public class TokenInterceptor implements ServerInterceptor, Prioritized {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String HEALTH = "grpc.health.v1.Health";
    private static final int AFTER_METRICS = 50;

    private static final int MAX_WATCHES = 16;
    private static final int RETRY_SECONDS = 10;

    private final AccessPolicy policy;
    private final Refused refused;
    private final AtomicInteger watches = new AtomicInteger();

    TokenInterceptor(AccessPolicy policy, Refused refused) {
        this.policy = policy;
        this.refused = refused;
    }

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        String authorization = headers.get(AUTHORIZATION);
        if (policy.admits(authorization)) {
            Context context =
                    Context.current().withValue(AccessPolicy.OUTPUT_SENDER, policy.outputSender(authorization));
            return Contexts.interceptCall(context, call, headers, next);
        }
        if (HEALTH.equals(call.getMethodDescriptor().getServiceName())) {
            return health(call, headers, next);
        }
        refused.count(Cause.CREDENTIAL);
        call.close(
                Status.UNAUTHENTICATED.withDescription(
                        "the token is missing or wrong: send the metadata 'authorization: Bearer <token>'"),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }

    /** A stream that watches health without a token stays open as long as its client likes: few of them may. */
    private <A, B> ServerCall.Listener<A> health(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        if (call.getMethodDescriptor().getType().serverSendsOneMessage()) {
            return next.startCall(call, headers);
        }
        if (watches.incrementAndGet() > MAX_WATCHES) {
            watches.decrementAndGet();
            refused.count(Cause.STREAMS);
            StatusRuntimeException error = ApiErrors.tryAgain(
                    MAX_WATCHES + " streams without a token are open: send one with 'authorization: Bearer <token>'",
                    RETRY_SECONDS);
            call.close(error.getStatus(), trailers(error));
            return new ServerCall.Listener<>() {};
        }
        AtomicBoolean open = new AtomicBoolean(true);
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onCancel() {
                ended();
                super.onCancel();
            }

            @Override
            public void onComplete() {
                ended();
                super.onComplete();
            }

            private void ended() {
                if (open.compareAndSet(true, false)) {
                    watches.decrementAndGet();
                }
            }
        };
    }

    private static Metadata trailers(StatusRuntimeException error) {
        Metadata trailers = error.getTrailers();
        return trailers == null ? new Metadata() : trailers;
    }

    @Override
    public int getPriority() {
        return AFTER_METRICS;
    }
}
