// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import io.wildstream.contracts.Topics;
import io.wildstream.teacher.TeacherSettings;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The settings of the stage's Kafka clients, with the reason of each that is not a default. */
final class ClientSettings {

    /** After so long without a commit the broker aborts a transaction: how long a killed instance can hold up readers. */
    static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;

    private static final int MEBIBYTE = 1 << 20;

    private ClientSettings() {}

    /** Consumer of the samples. A restarted instance takes its place in the group at once, since it keeps its name. */
    static Map<String, Object> consumer(Map<String, ?> client, TeacherSettings settings) {
        Map<String, Object> all = new TreeMap<>(client);
        all.put(ConsumerConfig.GROUP_ID_CONFIG, settings.topics().prefix() + ".teacher");
        all.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, settings.instance());
        all.put(ConsumerConfig.CLIENT_ID_CONFIG, settings.instance());
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        all.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        all.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        // Partitions that others add to the topic are noticed soon.
        all.putIfAbsent(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        all.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.maxPollRecords());
        // Full fetches are what makes consuming cheap; the batch's longest wait bounds what that costs in latency.
        all.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 256 * 1024);
        all.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int)
                settings.maxWait().toMillis());
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Topics.MAX_MESSAGE_BYTES);
        // Bounds the memory of a poll and the length of a transaction, whatever the size of the samples.
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 * MEBIBYTE);
        return all;
    }

    /** Producer of everything that a poll leads to. Its name is fixed, so that a new process fences an old one and ends its transaction. */
    static Map<String, Object> producer(Map<String, ?> client, TeacherSettings settings) {
        Map<String, Object> all = new TreeMap<>(client);
        all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, settings.topics().prefix() + "-teacher-" + settings.instance());
        all.put(ProducerConfig.CLIENT_ID_CONFIG, settings.instance() + "-outputs");
        all.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_MESSAGE_BYTES);
        all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        all.put(ProducerConfig.LINGER_MS_CONFIG, 10);
        all.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * MEBIBYTE);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        return all;
    }
}
