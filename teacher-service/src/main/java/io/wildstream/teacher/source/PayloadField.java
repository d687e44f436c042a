// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import io.wildstream.teacher.SampleSource;
import io.wildstream.teacher.UnreadableRecordException;

/** Puts what a record's value holds into a sample: the bytes of the image, or a reference to them. */
@FunctionalInterface
interface PayloadField {

    /**
     * Sets payload or reference, and of bytes the content type where it is not known.
     *
     * @throws UnreadableRecordException when the value holds none; the detail names the field
     */
    void into(Sample.Builder sample, byte[] value) throws UnreadableRecordException;

    /** The bytes of a field. */
    static PayloadField bytes(ImageField image) {
        return (sample, value) -> {
            ByteString payload = image.of(value);
            if (payload.isEmpty()) {
                throw new UnreadableRecordException(Reason.EMPTY, "the image has no bytes");
            }
            if (sample.getContentType().isEmpty()) {
                sample.setContentType(
                        SampleSource.mediaType(payload, "for tensors set wildstream.teacher.source.content-type"));
            }
            sample.setPayload(payload);
        };
    }
}
