// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices topics that were there and are gone, and has them made again: nothing in Wildstream deletes one while the cluster runs. Good for
 * one thread.
 */
final class DeletedTopics {

    /** Time for which it is said of a topic that is there again. */
    static final Duration REMEMBERED = Duration.ofHours(1);
    /** Time between two attempts to make topics again. */
    static final Duration ATTEMPTS = Duration.ofSeconds(10);

    private static final Logger LOGGER = LoggerFactory.getLogger(DeletedTopics.class);

    private final Supplier<Instant> clock;
    private final Consumer<Set<String>> maker;
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Instant> deleted = new TreeMap<>();
    private Set<String> missing = Set.of();
    private Instant tried = Instant.MIN;

    /**
     * Has seen nothing yet.
     *
     * @param maker makes these topics again, or does nothing where services may not; what it throws is logged, and it is called again
     */
    DeletedTopics(Supplier<Instant> clock, Consumer<Set<String>> maker) {
        this.clock = clock;
        this.maker = maker;
    }

    /**
     * Compares what is there with what was there before.
     *
     * @param watched topics that the cluster needs now
     * @param there all topics that exist
     */
    void look(Set<String> watched, Set<String> there) {
        Instant now = clock.get();
        seen.retainAll(watched);
        watched.stream().filter(there::contains).forEach(seen::add);
        Set<String> gone = new TreeSet<>(seen);
        gone.removeAll(there);
        gone.stream()
                .filter(topic -> !missing.contains(topic))
                .forEach(topic -> deleted.put(topic, now.truncatedTo(ChronoUnit.SECONDS)));
        deleted.entrySet()
                .removeIf(entry -> !watched.contains(entry.getKey())
                        || (!gone.contains(entry.getKey())
                                && now.isAfter(entry.getValue().plus(REMEMBERED))));
        if (!missing.containsAll(gone)) {
            LOGGER.error("topics were deleted: what they held is lost topics={}", gone);
        }
        missing = gone;
        if (!gone.isEmpty() && now.isAfter(tried.plus(ATTEMPTS))) {
            tried = now;
            make(gone);
        }
    }

    private void make(Set<String> topics) {
        try {
            maker.accept(topics);
        } catch (RuntimeException e) {
            LOGGER.error("topics were not made again topics={} cause={}", topics, e.getMessage());
        }
    }

    /** A problem for each topic that is missing, or was within the last hour, in words. */
    List<String> problems() {
        return deleted.entrySet().stream()
                .map(entry -> "topic " + entry.getKey() + " was deleted, as was seen at " + entry.getValue()
                        + (missing.contains(entry.getKey()) ? ", and is missing" : ", and was made again")
                        + ": what it held is lost, see 'A topic was deleted' in docs/runbooks.md")
                .toList();
    }
}
