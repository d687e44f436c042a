// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import io.grpc.StatusRuntimeException;
import io.wildstream.contracts.v1.PipelineStatus;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the newest status of a pipeline, over restarts of the gateway. */
public final class StatusWatch implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(StatusWatch.class);
    private static final int INTERVAL_MILLIS = 500;
    private static final long RETRY_MILLIS = 500;

    private final GatewayClient gateway;
    private final Thread thread;
    private volatile @Nullable PipelineStatus newest;
    private volatile boolean closing;

    /** Begins to watch. */
    public StatusWatch(GatewayClient gateway) {
        this.gateway = gateway;
        this.thread = new Thread(this::run, "watch-status");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** The newest status; empty before the first. */
    public Optional<PipelineStatus> newest() {
        return Optional.ofNullable(newest);
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
    }

    private void run() {
        while (!closing) {
            try {
                Iterator<PipelineStatus> statuses = gateway.watch(INTERVAL_MILLIS);
                while (!closing && statuses.hasNext()) {
                    newest = statuses.next();
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            } catch (StatusRuntimeException e) {
                LOGGER.debug("watch broken cause={}", e.toString());
                sleep();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
