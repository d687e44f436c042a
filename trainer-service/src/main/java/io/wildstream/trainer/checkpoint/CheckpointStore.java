// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointFile;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files of one student's checkpoints. It keeps them whole and reports when they are not; whether a checkpoint counts is not decided
 * here but on the {@code checkpoints} topic.
 *
 * <p>Open a store before taking the student over ({@link CheckpointLog}): clean-up touches only what was there when the store was
 * opened, so that a trainer that was taken over meanwhile can never remove what its successor writes. Belongs to one thread.
 */
public interface CheckpointStore extends AutoCloseable {

    /** Writes the files of a checkpoint. */
    @FunctionalInterface
    interface Content {
        /** Writes files, no directories, into an empty directory. */
        void writeTo(Path directory) throws IOException;
    }

    /**
     * Files that were stored.
     *
     * @param directory where, relative to the store's root: {@code <student>/<name>}
     */
    record Written(String directory, List<CheckpointFile> files) {
        /** Makes the list immutable. */
        public Written {
            files = List.copyOf(files);
        }
    }

    /**
     * Stores the files of a checkpoint under a name that no other has. When it returns they are durable; until then nobody refers to
     * them.
     *
     * @throws IOException when they could not be stored; what was stored of them is removed as far as possible
     */
    Written write(long step, Content content) throws IOException;

    /**
     * What is wrong with a checkpoint's files; empty when every one is as its manifest says, by SHA-256.
     *
     * @throws IOException when the store cannot be asked: that says nothing about the checkpoint
     */
    Optional<String> problem(CheckpointManifest manifest) throws IOException;

    /**
     * A local directory with the files of a committed checkpoint, for reading only, until the store is closed.
     *
     * @throws IOException when a file is not as its manifest says, or the store cannot be asked
     */
    Path fetch(CheckpointManifest manifest) throws IOException;

    /** Removes what a crash left half written before this store was opened. */
    void removeUnfinished() throws IOException;

    /** Removes every checkpoint that was there when this store was opened, except the given ones, by {@link Written#directory}. */
    void retain(Set<String> kept) throws IOException;

    /** Removes a checkpoint, by {@link Written#directory}; one that is not there is not an error. */
    void remove(String directory) throws IOException;

    @Override
    void close();
}
