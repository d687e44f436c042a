// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.admission;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.GatewayMetrics.Cause;
import io.wildstream.gateway.access.Refused;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Bounds connections: their number, the time until a new one brings a request that is admitted, and the time for which one stays open
 * without any request in progress. It sees a connection from its very beginning, so that one that sends nothing counts too, and goes by
 * requests, not by bytes, so that nobody keeps a connection by sending a header bit by bit.
 */
@Singleton
public class ConnectionGuard {

    /** The guard of this process; Netty makes {@link Extension} by itself. */
    private static final AtomicReference<@Nullable ConnectionGuard> CURRENT = new AtomicReference<>();
    /** Time until the second look at a connection that was without a request for too long. */
    private static final Duration SECOND_LOOK = Duration.ofMillis(100);

    private final int most;
    private final Duration headerTimeout;
    private final Duration idleTimeout;
    private final Refused refused;
    private final Map<String, Connection> open = new ConcurrentHashMap<>();

    @Inject
    ConnectionGuard(GatewayConfig config, Refused refused) {
        this.most = config.gateway().maxConnections();
        this.headerTimeout = config.gateway().headerTimeout();
        this.idleTimeout = config.gateway().idleTimeout();
        this.refused = refused;
        CURRENT.set(this);
    }

    /** Makes Netty ask for {@link Extension}s before anything listens. */
    void arm(@Observes StartupEvent event) {
        System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    /** Guards every connection that a server of this process accepts. */
    public static final class Extension extends ChannelInitializerExtension {

        @Override
        public void postInitializeServerChildChannel(Channel channel) {
            ConnectionGuard guard = CURRENT.get();
            if (guard != null && channel.remoteAddress() instanceof InetSocketAddress remote) {
                channel.pipeline().addFirst(guard.new Connection(key(remote)));
            }
        }
    }

    /** A request has come. */
    void begin(HttpServerRequest request) {
        Connection connection = open.get(key(request.connection().remoteAddress()));
        if (connection != null) {
            connection.requests.incrementAndGet();
        }
    }

    /** A request is over. */
    void end(HttpServerRequest request) {
        Connection connection = open.get(key(request.connection().remoteAddress()));
        if (connection != null) {
            if (connection.known) {
                connection.idleSince = System.nanoTime(); // nobody else stays by asking again and again
            }
            connection.requests.decrementAndGet();
        }
    }

    /** A request of this connection was admitted: it may stay idle for longer. */
    void admitted(HttpServerRequest request) {
        Connection connection = open.get(key(request.connection().remoteAddress()));
        if (connection != null) {
            connection.known = true;
        }
    }

    /** Connections that are open. */
    int size() {
        return open.size();
    }

    private static String key(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ' ' + address.getPort();
    }

    private static String key(SocketAddress address) {
        return address.hostAddress() + ' ' + address.port();
    }

    @PreDestroy
    void close() {
        CURRENT.compareAndSet(this, null);
    }

    /** One connection. */
    private final class Connection extends ChannelInboundHandlerAdapter {
        private final String key;
        private final AtomicInteger requests = new AtomicInteger();
        private volatile long idleSince = System.nanoTime();
        private volatile boolean known;

        Connection(String key) {
            this.key = key;
        }

        @Override
        public void channelActive(ChannelHandlerContext channel) throws Exception {
            if (open.size() >= most) {
                refused.count(Cause.CONNECTIONS);
                var unused = channel.close();
                return;
            }
            open.put(key, this);
            // Not channelInactive: a change of the protocol removes this handler.
            channel.channel().closeFuture().addListener(closed -> open.remove(key, this));
            look(channel.channel(), false);
            super.channelActive(channel);
        }

        /**
         * Closes the connection when it was without a request for too long, and looks again when that may be otherwise.
         *
         * @param again whether it was too long the last time too: what has arrived while this thread was held up is read in between
         */
        private void look(Channel channel, boolean again) {
            if (!channel.isActive()) {
                return;
            }
            Duration longest = known ? idleTimeout : headerTimeout;
            long left =
                    requests.get() > 0 ? headerTimeout.toNanos() : longest.toNanos() - (System.nanoTime() - idleSince);
            if (left > 0 || !again) {
                long pause = Math.max(left, SECOND_LOOK.toNanos());
                var unused = channel.eventLoop().schedule(() -> look(channel, left <= 0), pause, TimeUnit.NANOSECONDS);
                return;
            }
            if (!known) {
                refused.count(Cause.NO_REQUEST);
            }
            var unused = channel.close();
        }
    }
}
