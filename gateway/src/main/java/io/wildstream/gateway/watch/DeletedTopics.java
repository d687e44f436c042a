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
import java.util.function.Supplier;

/** Notices topics that were there and are gone: nothing in Wildstream deletes one while the cluster runs. Good for one thread. */
final class DeletedTopics {

    /** Time for which it is said of a topic that is there again. */
    static final Duration REMEMBERED = Duration.ofHours(1);

    private final Supplier<Instant> clock;
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Instant> deleted = new TreeMap<>();
    private Set<String> missing = Set.of();

    DeletedTopics(Supplier<Instant> clock) {
        this.clock = clock;
    }

    /**
     * Compares what is there with what was there before.
     *
     * @param watched topics that the cluster needs now
     * @param there all topics that exist
     * @return those that are missing now and were not at the call before
     */
    Set<String> look(Set<String> watched, Set<String> there) {
        seen.retainAll(watched);
        deleted.keySet().retainAll(watched);
        watched.stream().filter(there::contains).forEach(seen::add);
        Set<String> gone = new TreeSet<>(seen);
        gone.removeAll(there);
        Set<String> fresh = new TreeSet<>(gone);
        fresh.removeAll(missing);
        Instant now = clock.get();
        fresh.forEach(topic -> deleted.put(topic, now.truncatedTo(ChronoUnit.SECONDS)));
        deleted.entrySet()
                .removeIf(entry -> !gone.contains(entry.getKey())
                        && now.isAfter(entry.getValue().plus(REMEMBERED)));
        missing = gone;
        return fresh;
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
