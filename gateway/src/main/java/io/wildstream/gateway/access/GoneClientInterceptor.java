// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
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
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.Prioritized;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Cancels a call whose connection is lost. The HTTP server reports a reset stream to a call, but not a lost connection, nor a reset after
 * the client has sent its last message; without this class, streams to clients that have gone would never end.
 */
@ApplicationScoped
@GlobalInterceptor
public class GoneClientInterceptor implements ServerInterceptor, Prioritized {

    private static final int OUTSIDE_METRICS = 150;

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        Context context = Vertx.currentContext();
        RoutingContext http = context == null ? null : context.getLocal(RoutingContext.class.getName());
        Watched<A, B> watched = new Watched<>(call);
        CancelOnce<A> listener = new CancelOnce<>(next.startCall(watched, headers), watched.over);
        if (http != null) {
            http.addEndHandler(ended -> listener.onCancel());
        }
        return listener;
    }

    @Override
    public int getPriority() {
        return OUTSIDE_METRICS;
    }

    /** Whether a call is over: responded to or cancelled, whichever came first. */
    private static final class Over {
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile boolean cancelled;

        boolean cancel() {
            boolean first = ended.compareAndSet(false, true);
            cancelled |= first;
            return first;
        }
    }

    private static final class Watched<A, B> extends SimpleForwardingServerCall<A, B> {
        private final Over over = new Over();

        Watched(ServerCall<A, B> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (over.ended.compareAndSet(false, true)) {
                super.close(status, trailers);
            }
        }

        @Override
        public boolean isCancelled() {
            return over.cancelled || super.isCancelled();
        }
    }

    private static final class CancelOnce<A> extends SimpleForwardingServerCallListener<A> {
        private final Over over;

        CancelOnce(ServerCall.Listener<A> delegate, Over over) {
            super(delegate);
            this.over = over;
        }

        @Override
        public void onCancel() {
            if (over.cancel()) {
                super.onCancel();
            }
        }
    }
}
