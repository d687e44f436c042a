// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.wildstream.contracts.v1.Sample;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** How a record becomes a sample. A record stays what it is: its partition and offset are the sample's, whatever its bytes look like. */
@FunctionalInterface
public interface SampleSource {

    /** Longest id of a sample, characters. */
    int MAX_ID = 256;

    /**
     * The sample that a record holds; called on one thread at a time. Whether its payload is an image is for the model's decoder to say.
     *
     * @param record with a value; no end marker
     * @throws UnreadableRecordException when it holds none
     */
    Sample read(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecordException;

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
            public boolean acceptsOutputs() {
                return true;
            }
        };
    }
}
