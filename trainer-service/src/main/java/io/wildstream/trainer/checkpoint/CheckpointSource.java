// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Path;

/** What a checkpoint is made of: a student between two steps. Belongs to the training thread. */
public interface CheckpointSource {

    /** Name of the curriculum that the student learns. */
    String curriculum();

    /** Steps so far. */
    long step();

    /** Offset of the record of the curriculum that comes next. */
    long nextOffset();

    /** Whether a checkpoint is of the student as it is now. */
    boolean isSavedAs(CheckpointManifest manifest);

    /** Writes all files of a checkpoint into an empty directory; the accuracy is NaN when it is unknown. */
    void write(Path directory, double accuracy) throws IOException;

    /** What the student knows of itself: everything but where its files are and what it descends from. */
    CheckpointManifest.Builder manifest();

    /** The student was saved: what is counted for each checkpoint is counted from zero again. */
    void saved();
}
