// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.deadletters;

import io.wildstream.client.ClientException;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Which dead letters were sent again: the metadata of a consumer group's committed offset, so that it changes in the same transaction that
 * sends them.
 */
final class ResendLedger {

    /** What the broker stores with an offset by default, less what the last ranges may grow by. */
    private static final int MAX_TEXT = 4096;

    private ResendLedger() {}

    static String group(Topics topics, Stage stage) {
        return topics.deadLetters(stage) + "-replay";
    }

    static TopicPartition partition(Topics topics, Stage stage) {
        return new TopicPartition(topics.deadLetters(stage), 0);
    }

    /** What was committed; a transaction that is still open is waited for. */
    static OffsetRanges read(Map<String, Object> kafka, Topics topics, Stage stage) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group(topics, stage));
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        TopicPartition partition = partition(topics, stage);
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
            return committed == null ? OffsetRanges.parse("") : OffsetRanges.parse(committed.metadata());
        } catch (IllegalArgumentException e) {
            throw new ClientException(
                    "consumer group " + group(topics, stage) + " is not this command's: " + e.getMessage(), e);
        }
    }

    /** What to commit for the ranges. */
    static Map<TopicPartition, OffsetAndMetadata> commit(
            Topics topics, Stage stage, OffsetRanges ranges, long nextOffset) {
        String text = ranges.toString();
        if (text.length() > MAX_TEXT) {
            throw new ClientException("the dead letters of the " + stage.label()
                    + " that were sent again form too many ranges to keep track of: resend ranges without gaps"
                    + " (--offset A-B without --reason)");
        }
        return Map.of(partition(topics, stage), new OffsetAndMetadata(nextOffset, text));
    }
}
