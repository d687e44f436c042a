// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.admission;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.ConfigChecks;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.GatewayMetrics.Cause;
import io.wildstream.gateway.access.HttpRefusal;
import io.wildstream.gateway.access.Refused;
import io.wildstream.gateway.ingest.Budget;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Takes room from the {@link Budget} for what a request brings, before any of it is read. A body takes its whole length; a request
 * without a length takes what a body may have at most. The messages of a gRPC call take theirs one by one: see {@link MeteredRequest}.
 */
@Singleton
class AdmissionFilter implements MeteredRequest.Refusals {

    /** Seconds after which a client may try again. */
    static final int RETRY_SECONDS = 2;

    /** Before all other filters: what comes after it must read the metered request. */
    private static final int FIRST = 3000;
    /** After those that ask who calls. */
    private static final int LAST = 500;

    private static final String METERED = MeteredRequest.class.getName();
    private static final String INGEST = "/wildstream.v1.IngestService/Ingest";
    private static final String HEALTH = "/grpc.health.v1.Health/";
    private static final String NO_ROOM =
            "the memory for what clients send is full (wildstream.gateway.total-in-flight-bytes)";
    private static final int TOO_MANY = 429;
    private static final int TIMEOUT = 408;
    private static final int TOO_LARGE = 413;
    /** HTTP/2's code of a stream that ends without an error, since its answer has been sent. */
    private static final long NO_ERROR = 0;

    private final Budget budget;
    private final ConnectionGuard guard;
    private final Duration receiveTimeout;
    private final Refused refused;
    private final int maxUploads;
    private final AtomicInteger uploads = new AtomicInteger();
    private final MeteredRequest.Limits limits;
    private @Nullable Router router;

    AdmissionFilter(Budget budget, ConnectionGuard guard, GatewayConfig config, Refused refused) {
        this.budget = budget;
        this.guard = guard;
        this.refused = refused;
        this.maxUploads = config.gateway().maxUploads();
        this.receiveTimeout = config.gateway().receiveTimeout();
        this.limits = new MeteredRequest.Limits(budget, ConfigChecks.LARGEST_MESSAGE, this::alarm, this);
    }

    void register(@Observes Filters filters) {
        filters.register(this::meter, FIRST);
        filters.register(this::admit, LAST);
    }

    void register(@Observes Router main) {
        router = main;
    }

    /** The metered request of the call that is being started on this event loop; null for none. */
    static @Nullable MeteredRequest metered(@Nullable RoutingContext http) {
        return http == null ? null : http.get(METERED);
    }

    /** Sends the request of a gRPC call through the router again, so that everything after this reads it metered. */
    private void meter(RoutingContext context) {
        var here = Vertx.currentContext();
        MeteredRequest before = here.getLocal(METERED);
        Router again = router;
        if (again == null || !HttpRefusal.isGrpc(context.request())) {
            watch(context);
            context.next();
            return;
        }
        if (before != null) {
            here.removeLocal(METERED);
            context.put(METERED, before);
            watch(context);
            onEnd(context, before::ended);
            context.next();
            return;
        }
        MeteredRequest metered =
                new MeteredRequest((HttpServerRequestInternal) context.request(), limits, kind(context.request()));
        here.putLocal(METERED, metered);
        again.handle(metered);
    }

    private static MeteredRequest.Kind kind(HttpServerRequest call) {
        String path = call.path() == null ? "" : call.path();
        if (INGEST.equals(path)) {
            return MeteredRequest.Kind.SAMPLES;
        }
        return path.startsWith(HEALTH) ? MeteredRequest.Kind.HEALTH : MeteredRequest.Kind.OTHER;
    }

    private Runnable alarm(Vertx vertx, Runnable late) {
        long timer = vertx.setTimer(receiveTimeout.toMillis(), unused -> late.run());
        return () -> vertx.cancelTimer(timer);
    }

    private void watch(RoutingContext context) {
        guard.begin(context.request());
        onEnd(context, () -> guard.end(context.request()));
    }

    /** Runs a task once when a request is over: it may be answered on one thread while its connection is lost on another. */
    private static void onEnd(RoutingContext context, Runnable task) {
        AtomicBoolean over = new AtomicBoolean();
        context.addEndHandler(ended -> {
            if (over.compareAndSet(false, true)) {
                task.run();
            }
        });
    }

    private void admit(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean grpc = HttpRefusal.isGrpc(request);
        boolean health = HttpRefusal.isHealth(context.normalizedPath());
        if (!grpc && !health) {
            guard.admitted(request);
        }
        long bytes = grpc ? 0 : bodyBytes(request);
        if (health && bytes > 0) {
            // Whoever needs no token takes no room.
            HttpRefusal.send(context, TOO_LARGE, Status.Code.INVALID_ARGUMENT, "a health check has no body", Map.of());
            return;
        }
        if (bytes == 0 || bytes > ConfigChecks.LARGEST_MESSAGE) {
            context.next(); // nothing to read, or refused by its length
            return;
        }
        if (uploads.incrementAndGet() > maxUploads) {
            uploads.decrementAndGet();
            refused.count(Cause.UPLOADS);
            tooMany(context, maxUploads + " uploads are open, the most that wildstream.gateway.max-uploads allows");
            return;
        }
        if (!budget.tryTake(bytes, true)) {
            uploads.decrementAndGet();
            refused.count(Cause.MEMORY);
            tooMany(context, NO_ROOM);
            return;
        }
        Runnable inTime = alarm(context.vertx(), () -> expire(context));
        onEnd(context, () -> {
            inTime.run();
            uploads.decrementAndGet();
            budget.release(bytes);
        });
        context.next();
    }

    private static void tooMany(RoutingContext context, String why) {
        HttpRefusal.send(
                context,
                TOO_MANY,
                Status.Code.RESOURCE_EXHAUSTED,
                why + "; try again in " + RETRY_SECONDS + " s",
                Map.of("Retry-After", Integer.toString(RETRY_SECONDS)));
    }

    /** Ends a request whose body has not arrived in time. */
    private void expire(RoutingContext context) {
        if (context.request().isEnded() || context.response().ended()) {
            return;
        }
        refused.count(Cause.SLOW);
        context.response().exceptionHandler(gone -> {});
        HttpRefusal.send(
                context,
                TIMEOUT,
                Status.Code.DEADLINE_EXCEEDED,
                "the body did not arrive within " + receiveTimeout.toSeconds() + " s",
                Map.of());
        if (context.request().version() == HttpVersion.HTTP_2) {
            context.response().reset(NO_ERROR); // the connection has other streams
        } else {
            context.request().connection().close();
        }
    }

    /** Most bytes that the body of a request can have; 0 for none. */
    private static long bodyBytes(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null) {
            return length.matches("\\d{1,18}") ? Long.parseLong(length) : ConfigChecks.LARGEST_MESSAGE;
        }
        HttpMethod method = request.method();
        boolean chunked = request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
        boolean open = request.version() == HttpVersion.HTTP_2
                && (HttpMethod.POST.equals(method) || HttpMethod.PUT.equals(method) || HttpMethod.PATCH.equals(method));
        return chunked || open ? ConfigChecks.LARGEST_MESSAGE : 0;
    }

    @Override
    public StatusRuntimeException memory() {
        refused.count(Cause.MEMORY);
        return ApiErrors.tryAgain(NO_ROOM, RETRY_SECONDS);
    }

    @Override
    public StatusRuntimeException slow() {
        refused.count(Cause.SLOW);
        return ApiErrors.tooLate("a message, or the end of a call that sends one, did not arrive within "
                + receiveTimeout.toSeconds() + " s (wildstream.gateway.receive-timeout)");
    }

    @Override
    public StatusRuntimeException large(int most) {
        refused.count(Cause.LARGE);
        return Status.RESOURCE_EXHAUSTED
                .withDescription("the message of a health check has at most " + most + " bytes")
                .asRuntimeException();
    }
}
