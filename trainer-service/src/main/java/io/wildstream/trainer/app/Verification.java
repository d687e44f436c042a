// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.trainer.checkpoint.LearningState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a replay of a student's whole log came to: the content of {@code verify.json}. The student that learned while the log was
 * written has the same weights, or something is wrong.
 *
 * @param student id
 * @param step last step
 * @param trained selected samples learned
 * @param weightsSha256 digest of the student's weights and buffers
 * @param seconds that the replay took
 */
public record Verification(
        String student,
        long step,
        long trained,
        @JsonProperty("weights_sha256") String weightsSha256,
        double seconds) {

    private static final Logger LOGGER = LoggerFactory.getLogger(Verification.class);
    private static final String FILE = "verify.json";

    public static Verification of(CheckpointManifest result, long nanos) {
        return new Verification(
                result.getStudent(), result.getStep(), result.getTrained(), result.getWeightsSha256(), nanos / 1e9);
    }

    /** Writes {@code <root>/<student>/verify.json}. */
    void write(Path root) throws IOException {
        Path file = root.resolve(student).resolve(FILE);
        Path unfinished = file.resolveSibling("." + FILE);
        Files.write(unfinished, LearningState.json(this));
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        LOGGER.info(
                "verified student={} step={} trained={} weightsSha256={} seconds={}",
                student,
                step,
                trained,
                weightsSha256,
                seconds);
    }
}
