// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.payload;

import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.selector.input.RejectionReason;

/** The samples of outputs that do not hold them. Used by one thread. */
public interface Payloads extends AutoCloseable {

    /** What was found where an output says that its sample is. */
    sealed interface Payload {}

    /** The sample as a serialised {@code Sample} message, with its payload. */
    @SuppressWarnings("ArrayRecordComponent")
    record Found(byte[] sample) implements Payload {}

    /** It is not there any more. */
    record Lost(RejectionReason reason, String detail) implements Payload {}

    /**
     * The sample of an output; fastest when they are asked for in the order of the log.
     *
     * @param output with a head and a position
     * @throws org.apache.kafka.common.KafkaException when Kafka does not answer
     */
    Payload of(TeacherOutput output);

    @Override
    void close();
}
