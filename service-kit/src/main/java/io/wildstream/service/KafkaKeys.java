// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import io.wildstream.contracts.KafkaClients;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/** The keys {@code kafka.*}: settings of every Kafka client of a service, such as {@code kafka.bootstrap.servers}. */
public final class KafkaKeys {

    private KafkaKeys() {}

    /** The settings of a process, without the prefix. */
    public static Map<String, Object> client(Config config) {
        return KafkaClients.settings(config.getPropertyNames(), name -> config.getOptionalValue(name, String.class));
    }
}
