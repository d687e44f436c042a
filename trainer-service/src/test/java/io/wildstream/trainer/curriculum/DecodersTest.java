// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.pixels.SampleDecoder;
import org.junit.jupiter.api.Test;

class DecodersTest {

    private static final TeacherOutput NEW =
            TeacherOutput.newBuilder().setDecoder(2).build();
    private static final TeacherOutput OLD = TeacherOutput.getDefaultInstance();

    @Test
    void aRecordIsReadByTheDecoderThatItNames() {
        // Given
        Decoders decoders = Decoders.of(null);

        // When // Then
        assertThat(decoders.version(0, NEW)).isEqualTo(2);
        assertThat(decoders.version(0, OLD)).isEqualTo(SampleDecoder.PLATFORM_COLOURS);
    }

    /** A trainer of an older version learns what a teacher of a newer one has written, without seeing what it says of decoders. */
    @Test
    void whatAnOlderTrainerLearnedIsReadAsItDid() {
        // Given
        Decoders decoders =
                Decoders.of(CheckpointManifest.newBuilder().setNextOffset(100).build());

        // When // Then
        assertThat(decoders.version(99, NEW)).isEqualTo(SampleDecoder.PLATFORM_COLOURS);
        assertThat(decoders.version(100, NEW)).isEqualTo(2);
        assertThat(decoders.version(100, OLD)).isEqualTo(SampleDecoder.PLATFORM_COLOURS);
    }

    @Test
    void aStudentKeepsTheOffsetFromWhichRecordsCount() {
        // Given
        CheckpointManifest later = CheckpointManifest.newBuilder()
                .setNextOffset(500)
                .setDecoderFromOffset(100)
                .build();

        // When // Then
        assertThat(Decoders.of(later)).isEqualTo(new Decoders(100));
    }
}
