// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.Topics;
import io.wildstream.trainer.config.TrainerConfig;
import java.io.IOException;
import java.util.Map;

/** Where a student's checkpoints are stored and where they are committed; opened each time the student is opened. */
public interface Backing {

    /** The files; opened before {@link #takeOver}. */
    CheckpointStore openStore() throws IOException;

    /** The commits; from here on every earlier trainer of the student is fenced. */
    CheckpointCommits takeOver();

    /** What the configuration names. */
    static Backing of(TrainerConfig config, Map<String, ?> clientProperties, Topics topics) {
        return new Backing() {
            @Override
            public CheckpointStore openStore() throws IOException {
                return CheckpointStores.open(config);
            }

            @Override
            public CheckpointCommits takeOver() {
                return new CheckpointLog(clientProperties, topics, config.student());
            }
        };
    }
}
