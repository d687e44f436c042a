// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wildstream.contracts.Topics.Stage;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Dead letters: records that a stage could not use, with their key, value and headers and with the reason. The value is never changed, so
 * that a dead letter can be resent.
 */
public final class DeadLetters {

    /** Header of the stage that refused it. */
    public static final String STAGE = "wildstream_dlq_stage";
    /** Header of the reason, a lower-case code such as {@code undecodable}, which is also the label of the metric. */
    public static final String REASON = "wildstream_dlq_reason";
    /** Header of the reason in words. */
    public static final String DETAIL = "wildstream_dlq_detail";
    /** Header of the topic it was read from. */
    public static final String TOPIC = "wildstream_dlq_topic";
    /** Header of the partition it was read from, decimal. */
    public static final String PARTITION = "wildstream_dlq_partition";
    /** Header of the offset it was read at, decimal. */
    public static final String OFFSET = "wildstream_dlq_offset";

    /** Header of a record that was resent: the dead letter that it came from, such as {@code teacher-dlq/17}. */
    public static final String REPLAY_OF = "wildstream_replay_of";

    private static final String OWN_HEADERS = "wildstream_dlq_";
    private static final int MAX_DETAIL = 1000;

    private DeadLetters() {}

    /** The dead letter for a consumed record. */
    public static ProducerRecord<byte[], byte[]> of(
            Topics topics, Stage stage, ConsumerRecord<byte[], byte[]> original, Enum<?> reason, String detail) {
        Headers headers = new RecordHeaders(original.headers());
        add(headers, stage, reason, detail, original.topic(), original.partition(), original.offset());
        Long timestamp = original.timestamp() < 0 ? null : Long.valueOf(original.timestamp());
        return new ProducerRecord<>(
                topics.deadLetters(stage), null, timestamp, original.key(), original.value(), headers);
    }

    /** Adds the headers of a dead letter to those of the original. */
    public static void add(
            Headers headers, Stage stage, Enum<?> reason, String detail, String topic, int partition, long offset) {
        put(headers, STAGE, stage.label());
        put(headers, REASON, code(reason));
        put(headers, DETAIL, detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL));
        put(headers, TOPIC, topic);
        put(headers, PARTITION, Integer.toString(partition));
        put(headers, OFFSET, Long.toString(offset));
    }

    /**
     * The original of a dead letter as it is resent: the same key, value and headers, into the partition that it was read from, with
     * {@link #REPLAY_OF}. To a stage it is a new record.
     *
     * @param topic of the original
     * @param partition of the original
     */
    public static ProducerRecord<byte[], byte[]> replay(
            Stage stage, ConsumerRecord<byte[], byte[]> letter, String topic, int partition) {
        Headers headers = new RecordHeaders();
        for (Header header : letter.headers()) {
            if (!header.key().startsWith(OWN_HEADERS)) {
                headers.add(header);
            }
        }
        put(headers, REPLAY_OF, stage.label() + "-dlq/" + letter.offset());
        return new ProducerRecord<>(topic, partition, null, letter.key(), letter.value(), headers);
    }

    /** A reason as headers and metric labels show it: {@code WRONG_SHAPE} is {@code wrong_shape}. */
    public static String code(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private static void put(Headers headers, String key, String value) {
        headers.remove(key);
        headers.add(key, value.getBytes(UTF_8));
    }
}
