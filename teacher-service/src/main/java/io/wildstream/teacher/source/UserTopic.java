// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.sample.SampleFormat;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.SampleSource;
import io.wildstream.teacher.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Samples of a topic that is not Wildstream's: each record with a value is one, its label of origin is the topic's name. */
public final class UserTopic implements SampleSource {

    private static final int SHOWN = 8;

    /** What a sample is called by. */
    public enum Id {
        /** {@code topic-partition-offset}: there always is one, and no two are equal. */
        POSITION,
        /** The record's key as UTF-8 text. */
        KEY
    }

    private final ImageField image;
    private final Id id;
    private final Optional<String> contentType;

    /** @param contentType of every image; empty to tell the formats of image files apart by their first bytes */
    UserTopic(ImageField image, Id id, Optional<String> contentType) {
        this.image = image;
        this.id = id;
        this.contentType = contentType;
    }

    @Override
    public Sample read(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecordException {
        ByteString payload = image.of(record.value());
        if (payload.isEmpty()) {
            throw new UnreadableRecordException(Reason.EMPTY, "the image has no bytes");
        }
        return Sample.newBuilder()
                .setId(id == Id.KEY ? key(record) : position(record))
                .setSource(record.topic())
                .setContentType(contentType.isPresent() ? contentType.get() : mediaType(payload))
                .setPayload(payload)
                .build();
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

    private static String mediaType(ByteString payload) throws UnreadableRecordException {
        byte[] first = payload.substring(0, Math.min(SampleFormat.FIRST_BYTES, payload.size()))
                .toByteArray();
        Optional<SampleFormat> format = SampleFormat.ofFirstBytes(first);
        if (format.isPresent()) {
            return format.get().mediaType();
        }
        throw new UnreadableRecordException(
                Reason.UNSUPPORTED_CONTENT_TYPE,
                "the image begins with the bytes "
                        + HexFormat.ofDelimiter(" ").formatHex(first, 0, Math.min(SHOWN, first.length))
                        + ", which is none of PNG, JPEG, WebP, GIF, BMP and TIFF; for tensors set wildstream.teacher.source.content-type");
    }
}
