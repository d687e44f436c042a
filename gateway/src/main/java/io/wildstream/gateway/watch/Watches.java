// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import io.grpc.stub.ServerCallStreamObserver;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.GatewayMetrics;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Streams of the pipeline's status. Each stream gets a status at its start and after each interval while its reader keeps up: an interval
 * that passes while the last status still waits for the reader is missed, and the reader gets the newest status when it is ready. A
 * reader that never reads thus costs one connection's buffer.
 */
@Singleton
public class Watches {

    private static final int DEFAULT_INTERVAL_MILLIS = 1000;
    private static final int SHORTEST_INTERVAL_MILLIS = 100;
    private static final int RETRY_SECONDS = 5;
    private static final int LONGEST_INTERVAL_MILLIS = 60_000;

    private final PipelineView view;
    private final GatewayMetrics metrics;
    private final int maxWatches;
    private final Set<Watch> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "watch-status"));

    Watches(PipelineView view, GatewayMetrics metrics, GatewayConfig config) {
        this.view = view;
        this.metrics = metrics;
        this.maxWatches = config.gateway().maxWatches();
        metrics.streams("WatchPipelineStatus", open);
    }

    /** Begins a stream; {@code intervalMillis} 0 means one second. Call it before the call's handler returns. */
    public void watch(int intervalMillis, ServerCallStreamObserver<PipelineStatus> client) {
        int interval = intervalMillis == 0 ? DEFAULT_INTERVAL_MILLIS : intervalMillis;
        if (interval < SHORTEST_INTERVAL_MILLIS || interval > LONGEST_INTERVAL_MILLIS) {
            throw ApiErrors.invalid(
                    "interval_millis",
                    "must be in [" + SHORTEST_INTERVAL_MILLIS + ", " + LONGEST_INTERVAL_MILLIS + "], got "
                            + Integer.toUnsignedString(interval));
        }
        if (open.size() >= maxWatches) {
            throw ApiErrors.tryAgain(
                    maxWatches + " watches are open, the most that wildstream.gateway.max-watches allows",
                    RETRY_SECONDS);
        }
        new Watch(client).start(interval);
    }

    /** Ends all streams with UNAVAILABLE. */
    public void stop() throws InterruptedException {
        timer.execute(() -> List.copyOf(open).forEach(Watch::stop));
        timer.shutdown();
        if (!timer.awaitTermination(2, TimeUnit.SECONDS)) {
            timer.shutdownNow();
        }
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }

    /** One reader. After the start, everything runs on the timer's thread. */
    private final class Watch {
        private final ServerCallStreamObserver<PipelineStatus> client;
        private boolean due;
        private volatile boolean over;
        private volatile @org.jspecify.annotations.Nullable Future<?> ticks;

        Watch(ServerCallStreamObserver<PipelineStatus> client) {
            this.client = client;
        }

        void start(int interval) {
            open.add(this);
            client.setOnCancelHandler(this::end);
            client.setOnReadyHandler(() -> run(this::sendWhenDue));
            ticks = timer.scheduleAtFixedRate(this::tick, 0, interval, TimeUnit.MILLISECONDS);
            if (over) {
                end();
            }
        }

        private void tick() {
            if (due) {
                metrics.watchMissed();
            }
            due = true;
            sendWhenDue();
        }

        private void sendWhenDue() {
            if (over || !due || !client.isReady()) {
                return;
            }
            due = false;
            try {
                client.onNext(view.status());
                metrics.watchSent();
            } catch (RuntimeException e) {
                end();
                client.onError(ApiErrors.of(e));
            }
        }

        private void stop() {
            if (!over) {
                end();
                client.onError(ApiErrors.stopping());
            }
        }

        private void end() {
            over = true;
            open.remove(this);
            Future<?> scheduled = ticks;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
        }

        private void run(Runnable task) {
            if (!timer.isShutdown()) {
                timer.execute(task);
            }
        }
    }
}
