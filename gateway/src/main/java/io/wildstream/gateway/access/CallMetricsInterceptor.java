// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.quarkus.grpc.GlobalInterceptor;
import io.wildstream.gateway.GatewayMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.Prioritized;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Measures every gRPC call once: how long it took and how it ended. */
@ApplicationScoped
@GlobalInterceptor
public class CallMetricsInterceptor implements ServerInterceptor, Prioritized {

    private static final int FIRST = 100;

    private final GatewayMetrics metrics;

    CallMetricsInterceptor(GatewayMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        Measured<A, B> measured = new Measured<>(call);
        return new SimpleForwardingServerCallListener<>(next.startCall(measured, headers)) {
            @Override
            public void onCancel() {
                measured.ended(Status.Code.CANCELLED);
                super.onCancel();
            }
        };
    }

    @Override
    public int getPriority() {
        return FIRST;
    }

    private final class Measured<A, B> extends SimpleForwardingServerCall<A, B> {
        private final long begun = System.nanoTime();
        /** What the exemplar of the measurement names, whichever thread the call ends on. */
        private final Context trace = Context.current();

        private final AtomicBoolean ended = new AtomicBoolean();

        Measured(ServerCall<A, B> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            ended(status.getCode());
            super.close(status, trailers);
        }

        void ended(Status.Code code) {
            if (ended.compareAndSet(false, true)) {
                Duration duration = Duration.ofNanos(System.nanoTime() - begun);
                try (Scope current = trace.makeCurrent()) {
                    metrics.called(getMethodDescriptor().getFullMethodName(), code, duration);
                }
            }
        }
    }
}
