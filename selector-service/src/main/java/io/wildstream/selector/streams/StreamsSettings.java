// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import io.wildstream.contracts.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/**
 * The settings of Kafka Streams: exactly once, in large batches, taken over soon after a crash.
 *
 * @param stateDirectory directory of the state stores, of this instance alone
 * @param threads threads that process partitions
 * @param commitInterval time between two commits
 * @param transactionTimeout time after which Kafka aborts the transaction of a process that has died
 * @param sessionTimeout time without a heartbeat after which another instance takes over
 */
public record StreamsSettings(
        Path stateDirectory,
        int threads,
        Duration commitInterval,
        Duration transactionTimeout,
        Duration sessionTimeout) {

    private static final int METADATA_MAX_AGE_MILLIS = 30_000;
    private static final int FETCH_MIN_BYTES = 256 * 1024;
    private static final int FETCH_MAX_WAIT_MILLIS = 50;
    private static final int BATCH_BYTES = 256 * 1024;
    private static final int LINGER_MILLIS = 10;
    /** Records of a partition that wait in memory: payloads may be large. */
    private static final int BUFFERED_RECORDS = 1000;

    private static final int MAX_POLL_RECORDS = 2000;
    private static final long PRODUCER_MEMORY_BYTES = 64L << 20;

    /** A rule's state is a few hundred kilobytes a partition: write buffers of that order instead of the default 48 MB. */
    public static final class SmallStore implements RocksDBConfigSetter {

        private static final long WRITE_BUFFER_BYTES = 2L << 20;

        @Override
        public void setConfig(String storeName, Options options, Map<String, Object> configs) {
            options.setWriteBufferSize(WRITE_BUFFER_BYTES);
            options.setMaxWriteBufferNumber(2);
        }

        @Override
        public void close(String storeName, Options options) {
            // Nothing was allocated.
        }
    }

    /** Name of the consumer group, and first part of the names of the changelog and the transactional ids. */
    static String applicationId(Topics topics) {
        return topics.prefix() + ".selector";
    }

    /**
     * The settings.
     *
     * @param client bootstrap servers and security
     */
    public Properties properties(Map<String, ?> client, Topics topics, String instance) {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(topics));
        properties.put(StreamsConfig.CLIENT_ID_CONFIG, applicationId(topics) + "-" + instance);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 0);
        // The state is small: a task moves at once to an instance that joins, instead of warming up there for ten
        // minutes first.
        properties.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, Long.MAX_VALUE);
        properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallStore.class);
        properties.put(StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG, "INFO");
        putConsumer(properties, instance);
        putProducer(properties);
        return properties;
    }

    private void putConsumer(Properties properties, String instance) {
        // Partitions that are added to teacher-outputs are noticed soon.
        properties.putIfAbsent(StreamsConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MILLIS);
        // A member with a name of its own that comes back within the session timeout keeps its partitions,
        // without a rebalance.
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instance);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int)
                sessionTimeout.toMillis());
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                (int) sessionTimeout.toMillis() / 5);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), FETCH_MIN_BYTES);
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), FETCH_MAX_WAIT_MILLIS);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), MAX_POLL_RECORDS);
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
                Topics.MAX_MESSAGE_BYTES);
    }

    private void putProducer(Properties properties) {
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topics.MAX_MESSAGE_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), PRODUCER_MEMORY_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MILLIS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), (int)
                transactionTimeout.toMillis());
    }
}
