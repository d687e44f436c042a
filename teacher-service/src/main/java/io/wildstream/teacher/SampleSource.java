// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.sample.PayloadPlace;
import io.wildstream.contracts.sample.SampleFormat;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** How a record becomes a sample. A record stays what it is: its partition and offset are the sample's, whatever its bytes look like. */
@FunctionalInterface
public interface SampleSource {

    /** Longest id of a sample, characters. */
    int MAX_ID = 256;

    /** So many first bytes are shown of what is no image. */
    int SHOWN = 8;

    /**
     * The sample that a record holds; called on one thread at a time. Whether its payload is an image is for the model's decoder to say.
     *
     * @param record with a value; no end marker
     * @throws UnreadableRecordException when it holds none
     */
    Sample read(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecordException;

    /**
     * The media type of an image file, by its first bytes.
     *
     * @param otherwise what to do for other payloads
     * @throws UnreadableRecordException when it is none that is read
     */
    static String mediaType(ByteString payload, String otherwise) throws UnreadableRecordException {
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
                        + ", which is none of PNG, JPEG, WebP, GIF, BMP and TIFF; " + otherwise);
    }

    /** Where others find the same samples, as {@link PayloadPlace} names it; empty when only this source can read them. */
    default String place(String topic) {
        return "";
    }

    /** Whether outputs of the teacher that come with samples are passed on; else such samples are refused. */
    default boolean acceptsOutputs() {
        return false;
    }

    /** The same samples, with the outputs that come with them. */
    default SampleSource acceptingOutputs() {
        SampleSource samples = this;
        return new SampleSource() {
            @Override
            public Sample read(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecordException {
                return samples.read(record);
            }

            @Override
            public String place(String topic) {
                return samples.place(topic);
            }

            @Override
            public boolean acceptsOutputs() {
                return true;
            }
        };
    }
}
