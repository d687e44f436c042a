// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Commits in memory, whose renewals can be made to fail. */
final class MemoryCommits implements CheckpointCommits {

    final List<CheckpointManifest> manifests = new CopyOnWriteArrayList<>();
    final List<ProducerRecord<byte[], byte[]>> letters = new CopyOnWriteArrayList<>();
    final List<String> renewals = new CopyOnWriteArrayList<>();
    volatile @Nullable RuntimeException failure;

    @Override
    public List<CheckpointManifest> committed() {
        return List.copyOf(manifests);
    }

    @Override
    public void commit(CheckpointManifest manifest, List<ProducerRecord<byte[], byte[]>> deadLetters) {
        manifests.add(manifest);
        letters.addAll(deadLetters);
    }

    @Override
    public void renew(TopicPartition curriculum, long nextOffset) {
        RuntimeException wanted = failure;
        if (wanted != null) {
            throw wanted;
        }
        renewals.add(curriculum + "@" + nextOffset);
    }

    @Override
    public void close() {
        // holds nothing
    }
}
