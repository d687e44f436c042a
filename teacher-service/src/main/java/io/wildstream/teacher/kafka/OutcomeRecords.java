// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.sample.OutputSamples;
import io.wildstream.teacher.Outcome;
import io.wildstream.teacher.Refusal;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Turns outcomes into records that Kafka will take: none is larger than the largest message. */
final class OutcomeRecords {

    /** Room for Kafka's batch and record headers and for a compression that makes a record larger. */
    private static final int OVERHEAD = 4096;

    private static final int HEADER_OVERHEAD = 10;
    private static final String[] TRACE_HEADERS = {"traceparent", "tracestate"};

    private final Topics topics;
    private final String source;
    private final int limit;

    /** @param maxMessageBytes largest message of the topics */
    OutcomeRecords(Topics topics, int maxMessageBytes) {
        this.topics = topics;
        this.source = "/" + topics.prefix() + "/teacher";
        this.limit = maxMessageBytes - OVERHEAD;
    }

    /**
     * What to write for an outcome.
     *
     * @param reason code of the dead letter's reason; null when it is none
     */
    record Written(
            ProducerRecord<byte[], byte[]> record,
            Outcome outcome,
            @Nullable String reason) {

        /** Whether it is an output that came with its sample. */
        boolean isPrecomputed() {
            return outcome instanceof Outcome.Scored scored && scored.isPrecomputed();
        }
    }

    /** The record for an outcome; an output that is too large becomes a dead letter. */
    Written of(Outcome outcome) {
        if (outcome instanceof Outcome.Scored scored) {
            return output(scored);
        }
        if (outcome instanceof Outcome.Ended ended) {
            int partition = ended.marker().getSourcePartition();
            return new Written(
                    passedOn(ended.record(), ended.record().key(), ended.marker(), Integer.toString(partition)),
                    ended,
                    null);
        }
        if (outcome instanceof Outcome.Refused refused) {
            return deadLetter(refused);
        }
        throw new IllegalArgumentException("no record for " + outcome);
    }

    private Written output(Outcome.Scored scored) {
        String id = OutputSamples.id(scored.output());
        ProducerRecord<byte[], byte[]> record = passedOn(scored.record(), id.getBytes(UTF_8), scored.output(), id);
        int size = size(record);
        if (size <= limit) {
            return new Written(record, scored, null);
        }
        return deadLetter(new Outcome.Refused(
                scored.record(),
                Refusal.TOO_LARGE,
                "the output has " + size + " bytes, at most " + limit + " are written"));
    }

    /** A record in the same partition of the teacher's outputs, with the trace of the original. */
    private ProducerRecord<byte[], byte[]> passedOn(
            ConsumerRecord<byte[], byte[]> original, byte @Nullable [] key, Message value, String id) {
        Headers headers = CloudEvents.headers(value, id, source);
        for (String name : TRACE_HEADERS) {
            Header header = original.headers().lastHeader(name);
            if (header != null) {
                headers.add(header);
            }
        }
        return new ProducerRecord<>(
                topics.teacherOutputs(), original.partition(), null, key, value.toByteArray(), headers);
    }

    private Written deadLetter(Outcome.Refused refused) {
        ConsumerRecord<byte[], byte[]> original = refused.record();
        ProducerRecord<byte[], byte[]> record =
                DeadLetters.of(topics, Stage.TEACHER, original, refused.reason(), refused.detail());
        if (size(record) > limit) {
            record = withoutOriginal(refused);
        }
        return new Written(record, refused, DeadLetters.code(refused.reason()));
    }

    /** The headers say where the original stands when there is no room for it. */
    private ProducerRecord<byte[], byte[]> withoutOriginal(Outcome.Refused refused) {
        ConsumerRecord<byte[], byte[]> original = refused.record();
        Headers headers = new RecordHeaders();
        String detail = "(key, value and headers are left out because they do not fit) " + refused.detail();
        DeadLetters.add(
                headers,
                Stage.TEACHER,
                refused.reason(),
                detail,
                original.topic(),
                original.partition(),
                original.offset());
        return new ProducerRecord<>(topics.deadLetters(Stage.TEACHER), null, null, null, null, headers);
    }

    private static int size(ProducerRecord<byte[], byte[]> record) {
        int size = length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            size += header.key().length() * 3 + length(header.value()) + HEADER_OVERHEAD;
        }
        return size;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
