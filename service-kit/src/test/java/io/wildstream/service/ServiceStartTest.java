// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.SmallRyeConfig;
import io.wildstream.service.testkit.TestConfigs;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

class ServiceStartTest {

    private final Map<String, String> properties = new HashMap<>(
            Map.of("quarkus.application.name", "wildstream-teacher", "quarkus.application.version", "1.2.3"));
    private final StringBuilder log = new StringBuilder();

    @Test
    void saysInOneLineWhatStarts() {
        // Given
        properties.put("wildstream.teacher.batch-size", "64");
        properties.put("wildstream.teacher.token", "do-not-show");
        properties.put("kafka.bootstrap.servers", "broker:9");

        // When
        start();

        // Then
        assertThat(log.toString().lines()).hasSize(1);
        assertThat(log)
                .startsWith(
                        "wildstream-teacher 1.2.3 starts instance=teacher-7 settings={kafka.bootstrap.servers=broker:9, ")
                .contains("wildstream.teacher.batch-size=64")
                .contains("wildstream.partitions=4")
                .contains("wildstream.teacher.token=***")
                .doesNotContain("do-not-show", "source.field");
    }

    @Test
    void looksForUnknownKeysFirst() {
        properties.put("wildstream.teacher.btach-size", "64");
        properties.put("wildstream.teacher.batch-size", "0");
        properties.put("wildstream.partitions", "0");

        assertThatThrownBy(this::start)
                .hasMessage(
                        "unknown key 'wildstream.teacher.btach-size': did you mean 'wildstream.teacher.batch-size'?");
        assertThat(log).isEmpty();
    }

    @Test
    void checksTheCommonKeysAndTheServicesOwn() {
        properties.put("wildstream.teacher.batch-size", "0");
        assertThatThrownBy(this::start).hasMessage("wildstream.teacher.batch-size must be at least 1, but is 0");
        properties.put("wildstream.partitions", "0");
        assertThatThrownBy(this::start).hasMessage("wildstream.partitions must be between 1 and 10000, but is 0");
    }

    private void start() {
        SmallRyeConfig config = TestConfigs.config(properties, ClusterConfig.class, ShopConfig.class);
        ShopConfig own = config.getConfigMapping(ShopConfig.class);
        ServiceSettings service = new ServiceSettings() {
            @Override
            public Class<?> keys() {
                return ShopConfig.class;
            }

            @Override
            public String instance() {
                return "teacher-7";
            }

            @Override
            public void check() {
                Values.atLeast("wildstream.teacher.batch-size", own.batchSize(), 1);
            }
        };
        Logger logger = Logger.getLogger(ServiceStart.class.getName());
        Handler reader = reader();
        logger.setLevel(Level.INFO);
        logger.addHandler(reader);
        try {
            new ServiceStart(config.getConfigMapping(ClusterConfig.class), service).check(new StartupEvent(), config);
        } finally {
            logger.removeHandler(reader);
        }
    }

    private Handler reader() {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.append(((ExtLogRecord) line).getFormattedMessage()).append('\n');
            }

            @Override
            public void flush() {
                // Nothing is buffered.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
