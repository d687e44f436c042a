// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.reference;

import io.wildstream.contracts.Backoff;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.ReferenceException;
import io.wildstream.reference.ReferenceReader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Fetches objects, several at a time, each until its store has said whether it is there: what a student learns must not depend on whether
 * a store happened to be up. Only an object that is gone or changed is missing; whatever else is wrong is reported and waited for. Thread
 * safe.
 */
public final class ObjectFetcher implements AutoCloseable {

    private static final Backoff.Pauses PAUSES = Backoff.Pauses.of(Duration.ofMillis(250), Duration.ofSeconds(10));

    private final ObjectSource source;
    private final int parallel;
    private final ExecutorService threads;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * A fetcher; its threads start with the first object.
     *
     * @param parallel most fetches at a time, at least 1
     */
    public ObjectFetcher(ObjectSource source, int parallel) {
        this.source = source;
        this.parallel = parallel;
        this.threads = Executors.newFixedThreadPool(parallel, task -> {
            Thread made = new Thread(task, "fetch-objects");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * A fetcher by the settings of a reader, which is closed by whoever made it. It reads as many bytes as a reference states: the teacher
     * has read them, and had its bound.
     */
    public static ObjectFetcher of(ReferenceReader references) {
        return new ObjectFetcher(
                reference -> references.fetch(reference, Integer.MAX_VALUE).bytes(),
                references.settings().parallel());
    }

    /** Objects that are worth asking for ahead of the one that is needed next. */
    public int ahead() {
        return parallel;
    }

    /** Begins to fetch; the caller asks for no more than it has room for. */
    public ObjectFetch begin(Reference reference) {
        ObjectFetch fetch = new ObjectFetch();
        threads.execute(() -> {
            try {
                run(reference, fetch);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fetch.fail(e);
            } catch (RuntimeException | Error e) {
                fetch.fail(e);
            }
        });
        return fetch;
    }

    private void run(Reference reference, ObjectFetch fetch) throws InterruptedException {
        Backoff backoff = new Backoff("fetch " + reference.getAddress(), PAUSES, Backoff.Sleeper.until(closing));
        do {
            try {
                fetch.end(new FetchOutcome.Found(source.fetch(reference)));
                return;
            } catch (ReferenceException e) {
                switch (e.reason()) {
                    case NOT_FOUND -> fetch.end(missing(MissingReason.MISSING_REASON_GONE, e));
                    case DIGEST_MISMATCH -> fetch.end(missing(MissingReason.MISSING_REASON_CHANGED, e));
                    default -> fetch.report(e.detail());
                }
                if (fetch.isDone()) {
                    return;
                }
            }
        } while (backoff.retry(fetch.problem()));
        throw new InterruptedException("closed");
    }

    private static FetchOutcome missing(MissingReason reason, ReferenceException e) {
        return new FetchOutcome.Missing(reason, e.detail());
    }

    /** Gives up what is being fetched. */
    @Override
    public void close() {
        closing.countDown();
        threads.shutdownNow();
    }
}
