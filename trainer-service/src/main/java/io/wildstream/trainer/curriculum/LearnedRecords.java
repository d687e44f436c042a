// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.wildstream.contracts.v1.LearnedRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tells whether a curriculum is still the log that a student has learned. A topic that was deleted and made again, or that has lost its
 * end, keeps its name and its offsets: a student that continued at its next offset would leave out what stands before it without a word.
 */
public final class LearnedRecords {

    private LearnedRecords() {}

    /** The record of the last of these samples, by offset. */
    public static Optional<LearnedRecord> last(List<TrainingSample> samples) {
        return samples.stream()
                .max(Comparator.comparingLong(TrainingSample::offset))
                .map(sample -> LearnedRecord.newBuilder()
                        .setOffset(sample.offset())
                        .setCrc32(sample.crc32())
                        .build());
    }

    /** The bytes of a record count, not what a version of this code makes of them. */
    static int crc32(byte[] value) {
        CRC32 checksum = new CRC32();
        checksum.update(value);
        return (int) checksum.getValue();
    }

    /**
     * Checks that a log holds what was learned of it. A log whose beginning is not kept any more cannot be checked and is believed.
     *
     * @throws IllegalStateException when something else, or nothing, stands at the record's offset
     */
    public static void requireIn(CurriculumLog log, LearnedRecord last) {
        if (log.begin() > last.getOffset()) {
            return;
        }
        ConsumerRecord<byte[], byte[]> found = log.recordAt(last.getOffset());
        if (found == null || found.value() == null || crc32(found.value()) != last.getCrc32()) {
            throw new IllegalStateException(log.partition().topic() + " holds "
                    + (found == null ? "nothing" : "another record") + " at offset " + last.getOffset()
                    + ", where the last sample stood that the student has learned: the topic was deleted and made again,"
                    + " or Kafka has lost its end. Restore the topic, or create a new student");
        }
    }
}
