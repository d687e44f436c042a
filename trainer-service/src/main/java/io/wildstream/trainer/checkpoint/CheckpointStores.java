// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.trainer.config.S3Location;
import io.wildstream.trainer.config.TrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the store that the configuration names, and says what stays on it. */
public final class CheckpointStores {

    private CheckpointStores() {}

    /**
     * The student's store.
     *
     * @throws IOException when it cannot be reached
     */
    static CheckpointStore open(TrainerConfig config) throws IOException {
        Optional<S3Location> location = S3Location.of(config.checkpoints());
        return location.isEmpty()
                ? new DirectoryCheckpointStore(Path.of(config.checkpoints()), config.student())
                : new S3CheckpointStore(with(location.get(), config.s3()), config.student());
    }

    /** What stays: everything for a verification, which is to touch nothing. */
    public static Retention retention(TrainerConfig config) {
        return config.mode() == TrainerConfig.Mode.LEARN
                ? new Retention(config.keepCheckpoints(), config.keepEvery())
                : new Retention(0, 0);
    }

    private static S3Location with(S3Location place, TrainerConfig.S3 keys) {
        return new S3Location(
                place.bucket(),
                place.prefix(),
                TrainerConfig.store(keys),
                keys.cache().orElse(null));
    }
}
