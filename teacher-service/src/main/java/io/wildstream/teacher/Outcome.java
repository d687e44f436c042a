// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.TeacherOutput;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What became of one record of {@code samples}; every record has exactly one. */
public sealed interface Outcome {

    /** The record that it is about. */
    ConsumerRecord<byte[], byte[]> record();

    /** A sample with the teacher's prediction. */
    record Scored(ConsumerRecord<byte[], byte[]> record, TeacherOutput output) implements Outcome {

        /** Whether the prediction came with the sample. */
        public boolean isPrecomputed() {
            return output.hasPrecomputedBy();
        }
    }

    /**
     * A record that the teacher cannot score, for the dead letters.
     *
     * @param reason a constant of {@link Refusal} or of the sample decoder's reasons
     * @param detail the reason in words
     */
    record Refused(ConsumerRecord<byte[], byte[]> record, Enum<?> reason, String detail) implements Outcome {}

    /** An end marker, to be passed on. */
    record Ended(ConsumerRecord<byte[], byte[]> record, EndOfStream marker) implements Outcome {}
}
