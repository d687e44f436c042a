// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.wildstream.gateway.ApiErrors;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs unary calls on threads of their own, so that none blocks an event loop. What only reads memory never waits behind what reads a
 * topic, and neither waits behind a command, which may wait for an instance. A client that goes takes its call along: it leaves the queue,
 * or its thread is interrupted.
 */
@Singleton
public class Commands {

    private static final int READERS = 4;
    private static final int LOG_READERS = 4;
    static final int COMMANDERS = 16;
    private static final int WAITING = 256;
    private static final int IDLE_SECONDS = 30;

    private final ThreadPoolExecutor reads = pool("read", READERS);
    private final ThreadPoolExecutor logReads = pool("read-log", LOG_READERS);
    private final ThreadPoolExecutor commands = pool("command", COMMANDERS);

    private static ThreadPoolExecutor pool(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                task -> new Thread(task, name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Responds with what a read of what is in memory returns, or with the error that it throws. */
    <T> void read(StreamObserver<T> client, Callable<T> read) {
        run(reads, client, true, read);
    }

    /** Responds with what a read of a topic returns, or with the error that it throws. */
    <T> void readLog(StreamObserver<T> client, Callable<T> read) {
        run(logReads, client, true, read);
    }

    /** Responds with what the command returns, or with the error that it throws. */
    <T> void answer(StreamObserver<T> client, Callable<T> command) {
        run(commands, client, true, command);
    }

    /** As {@link #answer}; a command that has begun is made to its end, even if its client goes: it may have to undo what it did. */
    <T> void complete(StreamObserver<T> client, Callable<T> command) {
        run(commands, client, false, command);
    }

    private static <T> void run(
            ThreadPoolExecutor pool, StreamObserver<T> client, boolean interruptible, Callable<T> command) {
        FutureTask<Void> task = new FutureTask<>(() -> respond(client, command), null);
        // With a handler, a response to a client that has gone is dropped and does not throw.
        ((ServerCallStreamObserver<T>) client).setOnCancelHandler(() -> {
            task.cancel(interruptible);
            pool.remove(task);
        });
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            client.onError(pool.isShutdown() ? ApiErrors.stopping() : ApiErrors.of(e));
        }
    }

    /** Takes no new commands and gives those in progress time to end. */
    public void stop(Duration grace) throws InterruptedException {
        long end = System.nanoTime() + grace.toNanos();
        pools().forEach(ThreadPoolExecutor::shutdown);
        for (ThreadPoolExecutor pool : pools()) {
            if (!pool.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                pool.shutdownNow();
            }
        }
    }

    private static <T> void respond(StreamObserver<T> client, Callable<T> command) {
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

    private List<ThreadPoolExecutor> pools() {
        return List.of(reads, logReads, commands);
    }

    @PreDestroy
    void close() {
        pools().forEach(ThreadPoolExecutor::shutdownNow);
    }
}
