// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TrainingSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a record of a curriculum means to one student. */
public sealed interface CurriculumEvent {

    /** Offset of the record. */
    long offset();

    /** A sample to learn. */
    record Selected(TrainingSample sample) implements CurriculumEvent {
        @Override
        public long offset() {
            return sample.offset();
        }
    }

    /**
     * A sample to learn whose bytes lie elsewhere and have not been fetched; {@link RecordParser#complete} makes another event of it.
     *
     * @param original as it was read
     * @param selected with a reference and without the bytes
     */
    record Referenced(ConsumerRecord<byte[], byte[]> original, SelectedSample selected) implements CurriculumEvent {
        @Override
        public long offset() {
            return original.offset();
        }

        /** Where the bytes are. */
        Reference reference() {
            return selected.getTeacherOutput().getSample().getReference();
        }
    }

    /**
     * A sample whose bytes lie elsewhere and are gone or changed.
     *
     * @param source where the sample came from
     * @param detail names the object, in words
     * @param known whether it was decided before, so that it was not fetched
     */
    record Missing(long offset, String source, MissingReason reason, String detail, boolean known)
            implements CurriculumEvent {}

    /** A sample that the student leaves out. */
    record Skipped(long offset) implements CurriculumEvent {}

    /** A spec for this student. */
    record SpecChanged(long offset, TrainingSpec spec) implements CurriculumEvent {}

    /**
     * One partition of the stream has ended, as the record says.
     *
     * @param original as it was read, for the dead letter when it cannot be right
     * @param partitions how many there are
     */
    record Ended(ConsumerRecord<byte[], byte[]> original, int partition, int partitions) implements CurriculumEvent {
        @Override
        public long offset() {
            return original.offset();
        }
    }

    /** A record for other students. */
    record Foreign(long offset) implements CurriculumEvent {}

    /**
     * A record that no student of this shape can learn from.
     *
     * @param original as it was read, for the dead letter
     */
    record Refused(ConsumerRecord<byte[], byte[]> original, Enum<?> reason, String detail) implements CurriculumEvent {
        @Override
        public long offset() {
            return original.offset();
        }
    }
}
