// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.trainer.checkpoint.Backing;
import io.wildstream.trainer.checkpoint.CheckpointCommits;
import io.wildstream.trainer.checkpoint.CheckpointStore;
import io.wildstream.trainer.config.TrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The real store and the real commits with places between their steps at which the trainer dies, in the given order, each once. What was
 * in memory is lost with the exception; what was stored and committed stays.
 */
final class CrashPoints implements Backing {

    /** Where a trainer can die while it saves a student. */
    enum Point {
        BEFORE_WRITE,
        AMID_WRITE,
        BEFORE_COMMIT,
        AFTER_COMMIT,
        BEFORE_REMOVAL,
        AFTER_REMOVAL
    }

    private final Backing real;
    private final Deque<Point> coming;

    CrashPoints(TestCurriculum curriculum, TrainerConfig config, List<Point> points) {
        this.real = Backing.of(config, TestBroker.get().client(), curriculum.topics);
        this.coming = new ArrayDeque<>(points);
    }

    /** Places that no trainer has died at yet. */
    synchronized List<Point> coming() {
        return List.copyOf(coming);
    }

    private synchronized void pass(Point point) {
        if (coming.peek() == point) {
            coming.remove();
            throw new IllegalStateException("killed " + point);
        }
    }

    @Override
    public CheckpointStore openStore() throws IOException {
        CheckpointStore store = real.openStore();
        return new CheckpointStore() {
            @Override
            public Written write(long step, Content content) throws IOException {
                pass(Point.BEFORE_WRITE);
                return store.write(step, directory -> {
                    content.writeTo(directory);
                    pass(Point.AMID_WRITE);
                });
            }

            @Override
            public Optional<String> problem(CheckpointManifest manifest) throws IOException {
                return store.problem(manifest);
            }

            @Override
            public Path fetch(CheckpointManifest manifest) throws IOException {
                return store.fetch(manifest);
            }

            @Override
            public void removeUnfinished() throws IOException {
                store.removeUnfinished();
            }

            @Override
            public void retain(Set<String> kept) throws IOException {
                store.retain(kept);
            }

            @Override
            public void remove(String directory) throws IOException {
                pass(Point.BEFORE_REMOVAL);
                store.remove(directory);
                pass(Point.AFTER_REMOVAL);
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }

    @Override
    public CheckpointCommits takeOver() {
        return new ForwardedCommits(real.takeOver()) {
            @Override
            public void commit(CheckpointManifest manifest, List<ProducerRecord<byte[], byte[]>> deadLetters) {
                pass(Point.BEFORE_COMMIT);
                super.commit(manifest, deadLetters);
                pass(Point.AFTER_COMMIT);
            }
        };
    }
}
