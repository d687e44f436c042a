// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** The settings that every service has, {@code wildstream.*}. */
@ConfigMapping(prefix = "wildstream")
interface ClusterConfig {

    /** First part of every topic's name; default {@code wildstream}. */
    @WithDefault("wildstream")
    String topicPrefix();

    /** A topic of the user's own that teachers read instead of {@code <prefix>.samples}; default none. */
    Optional<String> samplesTopic();

    /** Whether topics that are missing are made at the start; default true. Otherwise they are looked for. */
    @WithDefault("true")
    boolean createTopics();

    /** Partitions of {@code samples}, {@code teacher-outputs} and {@code rejected} where they are made, at least 1; default 4. */
    @WithDefault("4")
    int partitions();

    /** Name of this instance, unique in the cluster and stable over restarts; default {@code selector-0}. */
    @WithDefault("selector-0")
    String instance();
}
