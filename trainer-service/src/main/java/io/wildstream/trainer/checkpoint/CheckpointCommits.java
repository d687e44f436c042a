package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The record of which checkpoints of one student count. */
public interface CheckpointCommits extends AutoCloseable {

    /** All committed manifests of the student, oldest first. */
    List<CheckpointManifest> committed();

    /**
     * Makes a checkpoint count, and the dead letters that belong to it, together or not at all.
     *
     * @throws FencedException when another trainer has taken over the student
     */
    void commit(CheckpointManifest manifest, List<ProducerRecord<byte[], byte[]>> deadLetters);

    @Override
    void close();

    /** For a replay that nobody shall see: nothing was committed, nothing will be. */
    final class None implements CheckpointCommits {
        @Override
        public List<CheckpointManifest> committed() {
            return List.of();
        }

        @Override
        public void commit(CheckpointManifest manifest, List<ProducerRecord<byte[], byte[]>> deadLetters) {
            // a verification keeps its result to itself
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
