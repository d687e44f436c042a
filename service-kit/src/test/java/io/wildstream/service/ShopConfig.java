// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Keys of a service that calls itself teacher, with a group, a list and a key that had another name. */
@ConfigMapping(prefix = "wildstream.teacher")
interface ShopConfig {

    @WithDefault("128")
    @Renamed(from = "wildstream.teacher.batch")
    int batchSize();

    @WithDefault("20ms")
    Duration maxWait();

    @WithDefault("models")
    List<String> models();

    Optional<String> token();

    Source source();

    /** A group. */
    interface Source {

        Optional<String> field();
    }

    /** No key. */
    default String summary() {
        return batchSize() + " " + maxWait();
    }
}
