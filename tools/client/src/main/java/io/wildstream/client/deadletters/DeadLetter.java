// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.deadletters;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.TeacherOutput;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it is stored in its topic. Nothing in it is trusted: whoever may write to the topic may write anything.
 *
 * @param stage that refused the record
 * @param record the original key and value, and all headers
 */
public record DeadLetter(Stage stage, ConsumerRecord<byte[], byte[]> record) {

    private static final String UNKNOWN = "unknown";

    /** Its offset in the stage's dead letters. */
    public long offset() {
        return record.offset();
    }

    /** The reason's code. */
    public String reason() {
        return header(DeadLetters.REASON, UNKNOWN);
    }

    /** The reason in words. */
    public String detail() {
        return header(DeadLetters.DETAIL, "");
    }

    /** The topic that the original was read from. */
    public String topic() {
        return header(DeadLetters.TOPIC, UNKNOWN);
    }

    /** The partition that the original was read from; -1 when unknown. */
    public int partition() {
        return (int) number(DeadLetters.PARTITION);
    }

    /** The offset that the original was read at; -1 when unknown. */
    public long originalOffset() {
        return number(DeadLetters.OFFSET);
    }

    /** The teacher output that it holds, when that goes without its sample. */
    public Optional<TeacherOutput> withoutSample() {
        if (stage != Stage.SELECTOR || record.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(TeacherOutput.parseFrom(record.value())).filter(TeacherOutput::hasHead);
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private String header(String key, String otherwise) {
        @Nullable String text = CloudEvents.text(record.headers(), key);
        return text == null ? otherwise : text;
    }

    private long number(String key) {
        try {
            long value = Long.parseLong(header(key, "-1"));
            return value < 0 || (key.equals(DeadLetters.PARTITION) && value > Integer.MAX_VALUE) ? -1 : value;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
