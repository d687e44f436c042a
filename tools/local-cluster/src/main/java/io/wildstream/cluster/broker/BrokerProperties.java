// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.broker;

import io.wildstream.contracts.Topics;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The settings of the one-node broker: one replica of everything, the controller on loopback only. */
final class BrokerProperties {

    private BrokerProperties() {}

    /**
     * Makes them.
     *
     * @param host by which clients find it from outside; null to listen on loopback only
     */
    static Properties of(Path log, int port, int controllerPort, @Nullable String host) {
        String loopback = "127.0.0.1:";
        String listen = host == null ? loopback : "0.0.0.0:";
        Properties properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", "1");
        properties.setProperty("controller.quorum.voters", "1@" + loopback + controllerPort);
        properties.setProperty(
                "listeners", "PLAINTEXT://" + listen + port + ",CONTROLLER://" + loopback + controllerPort);
        properties.setProperty("advertised.listeners", "PLAINTEXT://" + (host == null ? loopback : host + ":") + port);
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("log.dirs", log.toString());
        properties.setProperty("offsets.topic.replication.factor", "1");
        properties.setProperty("offsets.topic.num.partitions", "4");
        properties.setProperty("transaction.state.log.replication.factor", "1");
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("transaction.state.log.num.partitions", "4");
        properties.setProperty("share.coordinator.state.topic.replication.factor", "1");
        properties.setProperty("share.coordinator.state.topic.min.isr", "1");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        properties.setProperty("auto.create.topics.enable", "false");
        properties.setProperty("message.max.bytes", Integer.toString(Topics.MAX_MESSAGE_BYTES));
        // Segments are made whole when they are opened; the default of 10 MB for each index is much for a few hundred
        // megabytes of data.
        properties.setProperty("log.index.size.max.bytes", "1048576");
        properties.setProperty("num.network.threads", "2");
        properties.setProperty("num.io.threads", "4");
        properties.setProperty("num.recovery.threads.per.data.dir", "1");
        properties.setProperty("log.cleaner.dedupe.buffer.size", "16777216");
        properties.setProperty("controlled.shutdown.enable", "false");
        return properties;
    }
}
