// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.CompactedTopic;
import io.wildstream.contracts.control.Entries;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The selectors that are alive, by their heartbeats, and whether every one of them brings payloads by itself. One of a version that does
 * not, or that is configured otherwise, is enough for outputs to hold their payloads again; so is the absence of all. A heartbeat that was
 * there before this process counts from its start on.
 */
public final class LiveSelectors implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LiveSelectors.class);

    private final LongSupplier nanoTime;
    private final Map<String, Heartbeat> newest = new ConcurrentHashMap<>();
    private final CompactedTopic<InstanceStatus> topic;
    /** What was answered last, for the log. */
    private volatile boolean brought;

    private record Heartbeat(String payloads, boolean stopped, long nanos) {}

    /**
     * Begins to follow them.
     *
     * @param client Kafka client settings: bootstrap servers and security
     * @param nanoTime a clock that is never set, nanoseconds
     */
    @SuppressWarnings("this-escape")
    public LiveSelectors(Map<String, ?> client, Topics topics, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.topic = new CompactedTopic<>(
                client, topics.status(ServiceKind.SERVICE_KIND_SELECTOR), Entries::status, this::heard);
    }

    /**
     * Whether all of them bring payloads from a place, and there is one; cheap.
     *
     * @param place as {@link io.wildstream.teacher.SampleSource#place} says it; empty for one that only the teacher can read
     */
    public boolean bring(String place) {
        if (place.isEmpty()) {
            return false;
        }
        long now = nanoTime.getAsLong();
        boolean any = false;
        for (Heartbeat heartbeat : newest.values()) {
            if (heartbeat.stopped() || now - heartbeat.nanos() > StatusReporter.DEAD_AFTER.toNanos()) {
                continue;
            }
            if (!heartbeat.payloads().equals(place)) {
                return answer(false);
            }
            any = true;
        }
        return answer(any);
    }

    /** Why their heartbeats cannot be read, so that outputs hold payloads; empty while they can. */
    public String obstacle() {
        String obstacle = topic.obstacle();
        return obstacle.isEmpty() ? "" : obstacle + "; outputs hold payloads meanwhile";
    }

    /** Selectors that were ever heard of. */
    int heardOf() {
        return newest.size();
    }

    private boolean answer(boolean bring) {
        if (bring != brought) {
            brought = bring;
            LOGGER.info("outputs from here on hold payloads={}", !bring);
        }
        return bring;
    }

    private void heard(String instance, InstanceStatus status) {
        newest.put(
                instance, new Heartbeat(status.getSelector().getPayloads(), status.getStopped(), nanoTime.getAsLong()));
    }

    @Override
    public void close() {
        topic.close();
    }
}
