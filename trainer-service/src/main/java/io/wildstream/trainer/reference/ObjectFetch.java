// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.reference;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One object that is being fetched. Thread safe. */
public final class ObjectFetch {

    private final CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();
    private volatile String problem = "";

    /** Waits for the outcome, for a while; null when there is none yet. */
    public @Nullable FetchOutcome await(Duration timeout) throws InterruptedException {
        try {
            return outcome.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot fetch what a curriculum refers to: " + e.getCause(), e.getCause());
        }
    }

    /** Whether {@link #await} would not wait. */
    public boolean isDone() {
        return outcome.isDone();
    }

    /** Why it has no outcome yet, in words; empty when nothing is wrong. */
    public String problem() {
        return problem;
    }

    void report(String reason) {
        problem = reason;
    }

    void end(FetchOutcome found) {
        problem = "";
        outcome.complete(found);
    }

    void fail(Throwable cause) {
        outcome.completeExceptionally(cause);
    }
}
