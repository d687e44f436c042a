// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service.fetch;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.DefaultHostResolver;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Fetches batches of a partition as Kafka stores them. Its consumer hands out unpacked records only, and whoever wants to know what a
 * record takes when it is unpacked must see it before; these are the classes that Kafka's own clients fetch with. Belongs to one thread.
 */
public final class PackedFetch implements AutoCloseable {

    /** Of one fetch; a batch that is larger comes all the same. */
    private static final int MOST_BYTES = 1 << 20;

    private static final int MOST_WAIT_MILLIS = 200;
    private static final int TIMEOUT_MILLIS = 10_000;
    /** Later ones call a topic by its id. */
    private static final short LAST_VERSION_WITH_NAMES = 12;

    private final Map<String, Object> settings;
    private @Nullable Metrics metrics;
    private @Nullable NetworkClient client;

    /**
     * Connects when it is needed.
     *
     * @param client Kafka client settings: security
     */
    public PackedFetch(Map<String, ?> client, String name) {
        this.settings = new HashMap<>(client);
        settings.put(AdminClientConfig.CLIENT_ID_CONFIG, name);
    }

    /**
     * Committed batches from that with this offset on, and which transactions among them were aborted.
     *
     * @throws org.apache.kafka.common.errors.ApiException when there are none to be had
     */
    public FetchResponseData.PartitionData fetch(Node leader, TopicPartition partition, long offset) {
        try {
            KafkaClient connected = connected();
            if (!NetworkClientUtils.awaitReady(connected, leader, Time.SYSTEM, TIMEOUT_MILLIS)) {
                throw new DisconnectException("no connection to " + leader);
            }
            ClientRequest request = connected.newClientRequest(
                    leader.idString(), request(partition, offset), Time.SYSTEM.milliseconds(), true);
            FetchResponse response = (FetchResponse) NetworkClientUtils.sendAndReceive(connected, request, Time.SYSTEM)
                    .responseBody();
            response.error().maybeThrow();
            FetchResponseData.PartitionData data =
                    response.data().responses().get(0).partitions().get(0);
            Errors.forCode(data.errorCode()).maybeThrow();
            return data;
        } catch (IOException e) {
            close();
            throw new DisconnectException("partition " + partition + " not fetched from " + leader, e);
        }
    }

    private static FetchRequest.Builder request(TopicPartition partition, long offset) {
        FetchRequest.PartitionData wanted =
                new FetchRequest.PartitionData(Uuid.ZERO_UUID, offset, 0, MOST_BYTES, Optional.empty());
        return FetchRequest.Builder.forConsumer(LAST_VERSION_WITH_NAMES, MOST_WAIT_MILLIS, 1, Map.of(partition, wanted))
                .isolationLevel(IsolationLevel.READ_COMMITTED)
                .setMaxBytes(MOST_BYTES);
    }

    private KafkaClient connected() {
        NetworkClient present = client;
        if (present == null) {
            AdminClientConfig config = new AdminClientConfig(settings);
            Metrics measured = new Metrics(Time.SYSTEM);
            metrics = measured;
            present = ClientUtils.createNetworkClient(
                    config,
                    config.getString(AdminClientConfig.CLIENT_ID_CONFIG),
                    measured,
                    "careful-fetch",
                    new LogContext(),
                    new ApiVersions(),
                    Time.SYSTEM,
                    1,
                    TIMEOUT_MILLIS,
                    new ManualMetadataUpdater(),
                    new DefaultHostResolver());
            client = present;
        }
        return present;
    }

    /** Closes the connection; the next fetch opens another one. */
    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
        }
        if (metrics != null) {
            metrics.close();
            metrics = null;
        }
    }
}
