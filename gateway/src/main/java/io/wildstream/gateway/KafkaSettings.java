package io.wildstream.gateway;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.util.Map;

/** Settings of every Kafka client: all keys that begin with {@code kafka.}, such as {@code kafka.bootstrap.servers}. */
@ConfigMapping(prefix = "kafka")
public interface KafkaSettings {

    /** The settings without the prefix. */
    @WithParentName
    Map<String, String> client();
}
