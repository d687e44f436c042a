// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.fetch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.reference.ReferenceException.Reason;
import io.wildstream.service.Meters;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** What fetching is counted by. */
final class FetchMeters {

    private static final String PREFIX = "wildstream_teacher_";
    private static final String FETCHES = PREFIX + "fetches_total";
    private static final String WHAT = "References that were fetched, or could not be, by result";

    private final Counter fetched;
    private final Counter bytes;
    private final Counter retries;
    private final Timer time;
    private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);

    /** @param outage the longest present outage of a store */
    FetchMeters(MeterRegistry registry, Supplier<Duration> outage) {
        Meters meters = new Meters(registry);
        this.fetched = meters.counter(FETCHES, WHAT, "result", "fetched");
        for (Reason reason : Reason.values()) {
            refused.put(reason, meters.counter(FETCHES, WHAT, "result", DeadLetters.code(reason)));
        }
        this.bytes = meters.counter(PREFIX + "fetched_bytes_total", "Bytes that were fetched");
        this.retries = meters.counter(PREFIX + "fetch_retries_total", "Attempts to fetch that a store did not answer");
        this.time = meters.timer(PREFIX + "fetch_seconds", "Time of an attempt to fetch that was answered");
        meters.gauge(
                PREFIX + "store_outage_seconds",
                "For how long a store of references has not answered, the longest; 0 when all do, or none was asked for 15 minutes",
                () -> outage.get().toMillis() / 1e3);
    }

    void fetched(long size, Duration took) {
        fetched.increment();
        bytes.increment(size);
        time.record(took);
    }

    void refused(Reason reason) {
        Objects.requireNonNull(refused.get(reason)).increment();
    }

    void retried() {
        retries.increment();
    }
}
