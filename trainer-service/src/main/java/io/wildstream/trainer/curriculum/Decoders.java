// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.pixels.SampleDecoder;
import org.jspecify.annotations.Nullable;

/**
 * By which version of the decoder a student reads a sample: the one that its teacher's pixels were made by, which the record names. A
 * student whose first trainers knew one version only keeps it for what they learned.
 *
 * @param fromOffset of the curriculum: what records before it say does not count
 */
public record Decoders(long fromOffset) {

    /** What every record says counts. */
    public static final Decoders OF_RECORDS = new Decoders(0);

    /** Those of a student whose newest checkpoint this is; null for a student without one. */
    public static Decoders of(@Nullable CheckpointManifest newest) {
        if (newest == null) {
            return OF_RECORDS;
        }
        return new Decoders(newest.hasDecoderFromOffset() ? newest.getDecoderFromOffset() : newest.getNextOffset());
    }

    /** The version for the output at an offset. */
    int version(long offset, TeacherOutput output) {
        return offset < fromOffset || output.getDecoder() == 0 ? SampleDecoder.PLATFORM_COLOURS : output.getDecoder();
    }
}
