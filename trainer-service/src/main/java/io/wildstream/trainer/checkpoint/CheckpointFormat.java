// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * The version of a checkpoint's files and manifest: 2 since manifests hold lineage and skip rules, 3 since they hold which decoder read the
 * samples, 4 since they hold which samples were missing. A trainer reads its own version and all
 * before it, and refuses a student that a newer one continued: to continue from an older checkpoint would give up what the newer one
 * learned.
 */
public final class CheckpointFormat {

    /** The version that this code writes. */
    public static final int VERSION = 4;

    /** The version of this code itself. */
    public static final String CODE_VERSION =
            Objects.requireNonNullElse(CheckpointFormat.class.getPackage().getImplementationVersion(), "unknown");

    private CheckpointFormat() {}

    /**
     * Fails when a newer trainer wrote one of these.
     *
     * @throws IOException says which and what to do
     */
    public static void requireReadable(List<CheckpointManifest> manifests) throws IOException {
        for (CheckpointManifest manifest : manifests) {
            if (Integer.compareUnsigned(manifest.getFormatVersion(), VERSION) > 0) {
                throw new IOException("checkpoint " + manifest.getDirectory() + " has format "
                        + Integer.toUnsignedString(manifest.getFormatVersion()) + ", this trainer reads up to "
                        + VERSION + ": start the newer trainer that wrote it, or a later one");
            }
        }
    }
}
