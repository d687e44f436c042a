// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.wildstream.selector.SelectorSettings;
import io.wildstream.selector.streams.StreamsSettings;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.Values;
import java.nio.file.Path;
import java.time.Duration;

/** The selector's own settings, {@code wildstream.selector.*}. */
@ConfigMapping(prefix = "wildstream.selector")
interface SelectorConfig {

    /**
     * Directory of the rules' state and of this instance's process id; the default is {@code data/selector}. One instance alone uses it,
     * and a restart that finds it again takes over at once; without it an open transaction of the killed process holds readers back for
     * up to
     * {@link #transactionTimeout} more.
     */
    @WithDefault("data/selector")
    Path stateDirectory();

    /** Threads that process partitions, 1 to 64; default 1. */
    @WithDefault("1")
    int threads();

    /** Whether decisions not to keep are written to the topic {@code rejected}; default false. */
    @WithDefault("false")
    boolean publishRejected();

    /**
     * Time between two commits, 10 ms to 5 s; default 200 ms. A selected sample can be read half of it later on average; each commit
     * costs a transaction.
     */
    @WithDefault("200ms")
    Duration commitInterval();

    /**
     * Time after which Kafka aborts the transaction of a process that has died, 1 s to 15 min, longer than the
     * commit interval; default 10 s.
     */
    @WithDefault("10s")
    Duration transactionTimeout();

    /** Time without a heartbeat after which another instance takes over, 6 s to 30 min; default 10 s. */
    @WithDefault("10s")
    Duration sessionTimeout();

    /** Whether the selector watches for changes of the noise value and of the class mix; default true. */
    @WithDefault("true")
    boolean drift();

    /**
     * Bound on the probability of a false alarm at each test for a change, 1e-12 to 0.1; default 1e-4. A smaller
     * bound finds fewer changes and raises fewer false alarms.
     */
    @WithDefault("1e-4")
    double driftDelta();

    /** Name of this instance, {@code selector-0} by default. */
    static String instance(ClusterConfig cluster) {
        return cluster.instance().orElse("selector-0");
    }

    /**
     * Returns when all values can work.
     *
     * @throws IllegalArgumentException naming the key of the first that cannot, and what it must be
     */
    default void check() {
        Values.between("wildstream.selector.threads", threads(), 1, 64);
        Values.between(
                "wildstream.selector.commit-interval", commitInterval(), Duration.ofMillis(10), Duration.ofSeconds(5));
        Values.between(
                "wildstream.selector.transaction-timeout",
                transactionTimeout(),
                commitInterval().plusMillis(900),
                Duration.ofMinutes(15));
        Values.between(
                "wildstream.selector.session-timeout", sessionTimeout(), Duration.ofSeconds(6), Duration.ofMinutes(30));
        Values.between("wildstream.selector.drift-delta", driftDelta(), 1e-12, 0.1);
    }

    /** The selector's settings: those shared by all services and its own. */
    static SelectorSettings settings(ClusterConfig cluster, SelectorConfig selector) {
        return new SelectorSettings(
                cluster.topics(),
                cluster.createTopics(),
                cluster.partitions(),
                instance(cluster),
                ClusterConfig.marks(cluster, instance(cluster)),
                selector.publishRejected(),
                selector.drift() ? selector.driftDelta() : 0,
                new StreamsSettings(
                        selector.stateDirectory(),
                        selector.threads(),
                        selector.commitInterval(),
                        selector.transactionTimeout(),
                        selector.sessionTimeout()));
    }
}
