// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.sample.PayloadPlace;
import io.wildstream.contracts.v1.Sample;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Wildstream's own records, as the gateway writes them: the value is a {@code Sample}, and so says its {@code ce_type} if it has one. */
public enum OwnSamples implements SampleSource {
    /** The only one. */
    INSTANCE;

    private static final String SAMPLE = CloudEvents.type(Sample.getDescriptor());
    private static final int SHOWN = 100;

    @Override
    public Sample read(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecordException {
        String type = CloudEvents.text(record.headers(), CloudEvents.TYPE);
        if (type != null && !type.equals(SAMPLE)) {
            throw malformed("the type '" + abbreviated(type) + "' is unknown, expected " + SAMPLE);
        }
        try {
            return Sample.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw malformed("the value is not a " + SAMPLE + ": " + e.getMessage());
        }
    }

    @Override
    public String place(String topic) {
        return PayloadPlace.ownSamples(topic);
    }

    private static UnreadableRecordException malformed(String detail) {
        return new UnreadableRecordException(Refusal.MALFORMED, detail);
    }

    private static String abbreviated(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
