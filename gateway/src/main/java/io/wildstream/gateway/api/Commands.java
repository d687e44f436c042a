// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.wildstream.gateway.ApiErrors;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs unary calls on threads of its own, so that a command that waits never blocks an event loop. */
@Singleton
public class Commands {

    private static final int THREADS = 16;
    private static final int WAITING = 256;
    private static final int IDLE_SECONDS = 30;

    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> new Thread(task, "command"));

    Commands() {
        pool.allowCoreThreadTimeOut(true);
    }

    /** Responds with what the command returns, or with the error that it throws. */
    <T> void answer(StreamObserver<T> client, Callable<T> command) {
        // With a handler, a response to a client that has gone is dropped and does not throw.
        ((ServerCallStreamObserver<T>) client).setOnCancelHandler(() -> {});
        try {
            pool.execute(() -> run(client, command));
        } catch (RejectedExecutionException e) {
            client.onError(pool.isShutdown() ? ApiErrors.stopping() : ApiErrors.of(e));
        }
    }

    /** Takes no new commands and gives those in progress time to end. */
    public void stop(Duration grace) throws InterruptedException {
        pool.shutdown();
        if (!pool.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            pool.shutdownNow();
        }
    }

    private static <T> void run(StreamObserver<T> client, Callable<T> command) {
        T result;
        try {
            result = command.call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            client.onError(ApiErrors.stopping());
            return;
        } catch (Exception e) {
            client.onError(ApiErrors.of(e));
            return;
        }
        client.onNext(result);
        client.onCompleted();
    }

    @PreDestroy
    void close() {
        pool.shutdownNow();
    }
}
