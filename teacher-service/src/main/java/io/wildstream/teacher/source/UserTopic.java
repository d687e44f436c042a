// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.SampleSource;
import io.wildstream.teacher.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Samples of a topic that is not Wildstream's: each record with a value is one, its label of origin is the topic's name. */
public final class UserTopic implements SampleSource {

    /** What a sample is called by. */
    public enum Id {
        /** {@code topic-partition-offset}: there always is one, and no two are equal. */
        POSITION,
        /** The record's key as UTF-8 text. */
        KEY
    }

    private final PayloadField payload;
    private final Id id;
    private final Optional<String> contentType;

    /** @param contentType of every image; empty to tell the formats of image files apart by their first bytes */
    UserTopic(PayloadField payload, Id id, Optional<String> contentType) {
        this.payload = payload;
        this.id = id;
        this.contentType = contentType;
    }

    @Override
    public Sample read(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecordException {
        Sample.Builder sample = Sample.newBuilder().setSource(record.topic());
        contentType.ifPresent(sample::setContentType);
        payload.into(sample, record.value());
        return sample.setId(id == Id.KEY ? key(record) : position(record)).build();
    }

    private static String position(ConsumerRecord<byte[], byte[]> record) {
        return record.topic() + "-" + record.partition() + "-" + record.offset();
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecordException {
        if (record.key() == null) {
            throw noId("the record has no key");
        }
        try {
            String key = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(record.key()))
                    .toString();
            if (key.isEmpty() || key.length() > MAX_ID) {
                throw noId("the record's key has " + key.length() + " characters, expected 1 to " + MAX_ID);
            }
            return key;
        } catch (CharacterCodingException e) {
            throw noId("the record's key is not UTF-8 text");
        }
    }

    private static UnreadableRecordException noId(String what) {
        return new UnreadableRecordException(
                Refusal.MALFORMED, what + "; wildstream.teacher.source.id=position needs no key");
    }
}
