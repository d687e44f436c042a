// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.SkipRule;
import io.wildstream.trainer.curriculum.Decoders;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The record of which checkpoints of one student count. */
public interface CheckpointCommits extends AutoCloseable {

    /** All committed manifests of the student, oldest first. */
    List<CheckpointManifest> committed();

    /**
     * Makes a checkpoint count, and the dead letters that belong to it, together or not at all.
     *
     * @throws FencedException when another trainer has taken over the student
     * @throws IllegalStateException when it is unknown whether it counts: only whoever takes the student over again finds out
     */
    void commit(CheckpointManifest manifest, List<ProducerRecord<byte[], byte[]>> deadLetters);

    /** What a student without a committed checkpoint leaves out from its beginning, oldest rule first. */
    default List<SkipRule> inheritedSkips() {
        return List.of();
    }

    /** By which decoders a student without a committed checkpoint reads. */
    default Decoders inheritedDecoders() {
        return Decoders.OF_RECORDS;
    }

    /** What a student without a committed checkpoint leaves out because it was missing. */
    default MissingDecisions inheritedMissing() {
        return MissingDecisions.NONE;
    }

    /**
     * Renews the lease of the student by a small transaction; any thread may call it. The transaction also holds how far the student has
     * come, for whoever watches: nothing is resumed from that.
     *
     * @throws FencedException when another trainer has taken over the student
     */
    void renew(TopicPartition curriculum, long nextOffset);

    @Override
    void close();

    /** For a replay that publishes nothing: nothing was committed, nothing will be; it reads as the replayed student did. */
    final class None implements CheckpointCommits {

        private final List<SkipRule> skips;
        private final Decoders decoders;
        private final MissingDecisions missing;

        /** @param committed all manifests of the student, oldest first */
        public None(List<CheckpointManifest> committed) {
            CheckpointManifest newest = committed.isEmpty() ? null : committed.get(committed.size() - 1);
            this.skips = newest == null ? List.of() : newest.getSkipsList();
            this.decoders = Decoders.of(newest);
            this.missing = MissingDecisions.replaying(committed);
        }

        @Override
        public MissingDecisions inheritedMissing() {
            return missing;
        }

        @Override
        public Decoders inheritedDecoders() {
            return decoders;
        }

        @Override
        public List<SkipRule> inheritedSkips() {
            return skips;
        }

        @Override
        public List<CheckpointManifest> committed() {
            return List.of();
        }

        @Override
        public void commit(CheckpointManifest manifest, List<ProducerRecord<byte[], byte[]>> deadLetters) {
            // a verification keeps its result to itself
        }

        @Override
        public void renew(TopicPartition curriculum, long nextOffset) {
            // nobody can take a verification over
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
