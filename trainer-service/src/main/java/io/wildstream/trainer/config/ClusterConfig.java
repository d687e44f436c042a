// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What every service of a cluster is told alike. */
@ConfigMapping(prefix = "wildstream")
public interface ClusterConfig {

    /** First part of every topic's name. Default {@code wildstream}. */
    @WithDefault("wildstream")
    String topicPrefix();

    /** A topic of the user's own that teachers read instead of {@code <prefix>.samples}. Default none. */
    Optional<String> samplesTopic();

    /** Whether topics that do not exist are made at the start. Default true. Otherwise they are looked for. */
    @WithDefault("true")
    boolean createTopics();

    /** Name of this instance in heartbeats, unique in the cluster and stable over restarts. Default {@code trainer-<student>}. */
    Optional<String> instance();
}
