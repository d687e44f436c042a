// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import io.wildstream.contracts.Topics;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** Says which setting cannot work, and what it may be. */
final class ConfigCheck {

    private static final int MAX_THREADS = 64;

    private static final String PREFIX = "wildstream.selector.";
    private static final Set<String> KEYS = Set.of(
            "state-directory",
            "threads",
            "publish-rejected",
            "commit-interval",
            "transaction-timeout",
            "session-timeout",
            "drift",
            "drift-delta");

    private ConfigCheck() {}

    /**
     * Returns when no key under {@code wildstream.selector} is unknown: a misspelt one would go unnoticed.
     *
     * @throws IllegalArgumentException naming the key and those that there are
     */
    static void checkNames(Iterable<String> names) {
        for (String name : names) {
            if (name.startsWith(PREFIX) && !KEYS.contains(name.substring(PREFIX.length()))) {
                throw new IllegalArgumentException(name + " is no setting; there are " + new TreeSet<>(KEYS));
            }
        }
    }

    /**
     * Returns when all settings are in range.
     *
     * @throws IllegalArgumentException naming the key and its range
     */
    static void check(ClusterConfig cluster, SelectorConfig config) {
        var unused = Topics.of(cluster.topicPrefix(), cluster.samplesTopic());
        range("wildstream.partitions", cluster.partitions(), 1, 10_000);
        range("wildstream.selector.threads", config.threads(), 1, MAX_THREADS);
        range(
                "wildstream.selector.commit-interval",
                config.commitInterval(),
                Duration.ofMillis(10),
                Duration.ofSeconds(5));
        range(
                "wildstream.selector.transaction-timeout",
                config.transactionTimeout(),
                config.commitInterval().plusMillis(900),
                Duration.ofMinutes(15));
        range(
                "wildstream.selector.session-timeout",
                config.sessionTimeout(),
                Duration.ofSeconds(6),
                Duration.ofMinutes(30));
        range("wildstream.selector.drift-delta", config.driftDelta(), 1e-12, 0.1);
        if (!cluster.instance().matches("[a-zA-Z0-9._-]{1,100}")) {
            throw new IllegalArgumentException("wildstream.instance is '" + cluster.instance()
                    + "': use 1 to 100 letters, digits, '.', '_' or '-'");
        }
    }

    private static <T extends Comparable<T>> void range(String key, T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(key + " is " + value + ": use " + min + " to " + max);
        }
    }
}
