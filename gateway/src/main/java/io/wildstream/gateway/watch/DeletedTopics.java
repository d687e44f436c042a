// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Notices topics that were there and are gone: nothing in Wildstream deletes one while the cluster runs. Good for one thread. */
final class DeletedTopics {

    private final Set<String> seen = new HashSet<>();

    /**
     * Compares what is there with what was there before.
     *
     * @param watched topics that the cluster needs now
     * @param there all topics that exist
     * @return a problem for each topic that is missing, in words
     */
    List<String> problems(Set<String> watched, Set<String> there) {
        seen.retainAll(watched);
        watched.stream().filter(there::contains).forEach(seen::add);
        return seen.stream()
                .filter(topic -> !there.contains(topic))
                .sorted()
                .map(topic -> "topic " + topic + " was deleted while the cluster runs, and what it held is lost:"
                        + " see 'A topic was deleted' in docs/runbooks.md")
                .toList();
    }
}
