// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.contracts.control.MissingDecisions;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.SkipRule;
import io.wildstream.trainer.checkpoint.CheckpointCommits;
import io.wildstream.trainer.curriculum.Decoders;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Commits that go on to others; a test overrides what it watches. */
class ForwardedCommits implements CheckpointCommits {

    private final CheckpointCommits real;

    ForwardedCommits(CheckpointCommits real) {
        this.real = real;
    }

    @Override
    public List<CheckpointManifest> committed() {
        return real.committed();
    }

    @Override
    public void commit(CheckpointManifest manifest, List<ProducerRecord<byte[], byte[]>> deadLetters) {
        real.commit(manifest, deadLetters);
    }

    @Override
    public List<SkipRule> inheritedSkips() {
        return real.inheritedSkips();
    }

    @Override
    public Decoders inheritedDecoders() {
        return real.inheritedDecoders();
    }

    @Override
    public MissingDecisions inheritedMissing() {
        return real.inheritedMissing();
    }

    @Override
    public void renew(TopicPartition curriculum, long nextOffset) {
        real.renew(curriculum, nextOffset);
    }

    @Override
    public void close() {
        real.close();
    }
}
