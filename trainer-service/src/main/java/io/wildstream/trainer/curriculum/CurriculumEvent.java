// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

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
