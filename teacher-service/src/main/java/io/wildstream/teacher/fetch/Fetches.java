// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.fetch;

import io.micrometer.core.instrument.MeterRegistry;
import io.wildstream.contracts.Backoff;
import io.wildstream.contracts.Backoff.Pauses;
import io.wildstream.contracts.Backoff.Sleeper;
import io.wildstream.contracts.sample.Address;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.Fetched;
import io.wildstream.reference.ReferenceException;
import io.wildstream.reference.ReferenceReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The fetches that are under way, by the place of their records: they go on from one turn to the next, so that a turn that ends while a
 * store does not answer loses nothing. Each is tried until its store answers, or has not answered for as long as it is waited for.
 *
 * <p>Used by one thread; {@link #problem} and {@link #stop} by any.
 */
public final class Fetches implements AutoCloseable {

    private static final Pauses PAUSES = Pauses.of(Duration.ofMillis(200), Duration.ofSeconds(10));
    private static final long LOOK_MILLIS = 100;

    private final ReferenceReader reader;
    private final FetchSettings settings;
    private final Outages outages;
    private final FetchMeters meters;
    private final ExecutorService threads;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Map<Place, UnderWay> underWay = new HashMap<>();
    /** What the last turn ended at. */
    private @Nullable UnderWay awaited;

    /** A record of {@code samples}. */
    public record Place(int partition, long offset) {}

    /**
     * A fetch.
     *
     * @param memory what it may take, and when it has ended what it takes
     */
    private record UnderWay(Future<Fetched> result, AtomicLong memory) {}

    /** The reader is this object's from here on: it closes it. */
    public Fetches(ReferenceReader reader, FetchSettings settings, MeterRegistry registry) {
        this.reader = reader;
        this.settings = settings;
        this.outages = new Outages(settings.patience(), System::nanoTime);
        this.meters = new FetchMeters(registry, outages::longest);
        this.threads = Executors.newFixedThreadPool(settings.parallel(), task -> {
            Thread thread = new Thread(task, "teacher-fetch");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What fetching may take. */
    public FetchSettings settings() {
        return settings;
    }

    /** Ends all fetches of other records than these, which another process may answer by now. */
    public void keepOnly(Set<Place> places) {
        underWay.forEach((place, fetch) -> {
            if (!places.contains(place)) {
                fetch.result.cancel(true);
            }
        });
        underWay.keySet().retainAll(places);
    }

    /** Begins to fetch ahead, unless that would take too much memory or too many threads; returns whether it is under way. */
    public boolean begin(Place place, Reference reference) {
        if (underWay.containsKey(place)) {
            return true;
        }
        long size = reference.getSizeBytes();
        long reserved = size > 0 && size < settings.maxBytes() ? size : settings.maxBytes();
        long before = underWay.values().stream()
                .mapToLong(fetch -> fetch.memory.get())
                .sum();
        boolean room = underWay.size() < settings.parallel() && before + reserved <= settings.ahead();
        if (!room && !underWay.isEmpty()) {
            return false;
        }
        underWay.put(place, start(reference, reserved));
        return true;
    }

    private UnderWay start(Reference reference, long reserved) {
        AtomicLong memory = new AtomicLong(reserved);
        Future<Fetched> result = threads.submit(() -> {
            long taken = 0;
            try {
                Fetched fetched = fetch(reference);
                taken = fetched.bytes().size();
                return fetched;
            } finally {
                memory.set(taken);
            }
        });
        return new UnderWay(result, memory);
    }

    /**
     * Waits for what a reference names.
     *
     * @param goesOn asked ten times a second; false ends the wait
     * @return null when the wait has ended: the fetch goes on, and may be waited for again
     * @throws ReferenceException when it cannot be had
     */
    public @Nullable Fetched await(Place place, Reference reference, BooleanSupplier goesOn) throws ReferenceException {
        UnderWay fetch = underWay.get(place);
        if (fetch == null) {
            // The next one in order does not wait for room: without it nothing would be freed.
            fetch = start(reference, 0);
            underWay.put(place, fetch);
        }
        while (stopping.getCount() > 0) {
            try {
                Fetched fetched = fetch.result.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                underWay.remove(place);
                return fetched;
            } catch (TimeoutException e) {
                if (!goesOn.getAsBoolean()) {
                    awaited = fetch;
                    return null;
                }
            } catch (ExecutionException e) {
                underWay.remove(place);
                throw failure(e);
            } catch (CancellationException e) {
                underWay.remove(place);
                return null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
        return null;
    }

    /**
     * Waits between two turns for what the last one ended at: no record is begun meanwhile, so that a process that is killed while it
     * waits was not killed by a record.
     *
     * @param progress called ten times a second
     */
    public void settle(Duration longest, Runnable progress) {
        UnderWay fetch = awaited;
        awaited = null;
        long start = System.nanoTime();
        while (fetch != null
                && !fetch.result.isDone()
                && stopping.getCount() > 0
                && System.nanoTime() - start < longest.toNanos()) {
            try {
                var unused = stopping.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            progress.run();
        }
    }

    private Fetched fetch(Reference reference) throws ReferenceException, InterruptedException {
        String store = Address.parse(reference.getAddress()).source();
        Backoff backoff =
                new Backoff("fetch from " + store, PAUSES.within(settings.patience()), Sleeper.until(stopping));
        while (true) {
            long start = System.nanoTime();
            try {
                Fetched fetched = reader.fetch(reference, settings.maxBytes());
                outages.answered(store);
                meters.fetched(fetched.bytes().size(), Duration.ofNanos(System.nanoTime() - start));
                return fetched;
            } catch (ReferenceException e) {
                if (!e.isTransient()) {
                    outages.answered(store);
                    meters.refused(e.reason());
                    throw e;
                }
                meters.retried();
                if (outages.failed(store, e.detail()) || !backoff.retry(e.detail())) {
                    throw givenUp(e);
                }
            }
        }
    }

    private ReferenceException givenUp(ReferenceException failure) throws InterruptedException {
        if (stopping.getCount() == 0) {
            throw new InterruptedException("stopping");
        }
        meters.refused(failure.reason());
        return new ReferenceException(
                failure.reason(),
                failure.detail() + " (waited for " + settings.patience().toSeconds()
                        + " s, wildstream.references.patience)");
    }

    private static ReferenceException failure(ExecutionException e) {
        if (e.getCause() instanceof ReferenceException known) {
            return known;
        }
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException("fetching failed: " + e.getCause(), e.getCause());
    }

    /** Which store does not answer, in words; empty when all do. */
    public String problem() {
        return outages.problem();
    }

    /** Ends all waits soon; returns at once. */
    public void stop() {
        stopping.countDown();
    }

    @Override
    public void close() {
        stop();
        threads.shutdownNow();
        reader.close();
    }
}
