// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.selector.input.RejectionReason;
import io.wildstream.selector.payload.Payloads;
import java.util.HashMap;
import java.util.Map;

/** The topic {@code samples} in memory. */
final class MemorySamples implements Payloads {

    private final Map<SamplePosition, Sample> samples = new HashMap<>();
    int asked;

    /** Puts the sample of an output where it says, and returns the output without it. */
    TeacherOutput store(TeacherOutput output) {
        samples.put(output.getPosition(), output.getSample());
        return light(output);
    }

    /** An output without its sample. */
    static TeacherOutput light(TeacherOutput output) {
        TeacherOutput.Builder light = output.toBuilder().clearSample();
        light.getHeadBuilder()
                .setId(output.getSample().getId())
                .setSource(output.getSample().getSource());
        return light.build();
    }

    @Override
    public Payload of(TeacherOutput output) {
        asked++;
        Sample sample = samples.get(output.getPosition());
        return sample == null
                ? new Lost(RejectionReason.SAMPLE_EXPIRED, "no such sample")
                : new Found(sample.toByteArray());
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
