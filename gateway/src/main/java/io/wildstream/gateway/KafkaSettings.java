// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import io.wildstream.service.KafkaKeys;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;

/** Settings of every Kafka client: all keys that begin with {@code kafka.}, such as {@code kafka.bootstrap.servers}. */
public interface KafkaSettings {

    /** The settings without the prefix. */
    Map<String, Object> client();

    /** The settings in the configuration of this process. */
    @Singleton
    final class Configured implements KafkaSettings {

        @Override
        public Map<String, Object> client() {
            return KafkaKeys.client(ConfigProvider.getConfig());
        }
    }
}
