package io.wildstream.trainer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a trainer is told at its start: which student, and where things lie. What the student learns is told by its spec in the log. */
@ConfigMapping(prefix = "wildstream.trainer")
public interface TrainerConfig {

    /** What the process is for. */
    enum Mode {
        /** Learn, publish checkpoints, report. */
        LEARN,
        /** Replay the log from the start without publishing anything, write {@code verify.json} and end. */
        VERIFY
    }

    /** Id of the student: 1 to 63 lower-case letters, digits and hyphens, beginning with a letter. Required. */
    String student();

    /** Directories of models, searched in order; they hold the untrained student. Required. */
    List<Path> models();

    /** Directory of checkpoints, one directory below it for each student. Required. */
    Path checkpoints();

    /** Time between two checkpoints, at least 100 ms. Default 30 s. */
    @WithDefault("30s")
    Duration checkpointInterval();

    /** How many checkpoints are kept, at least 1; a finished one is always kept. Default 3. */
    @WithDefault("3")
    int keepCheckpoints();

    /** Steps between two evaluations on the holdout, at least 1. Default 100. */
    @WithDefault("100")
    int evaluationInterval();

    /** A holdout file (gzip of labelled samples); none by default. */
    Optional<Path> holdout();

    /** Decoded records that may wait for the training thread, in [1, 1000000]. Default 1024. */
    @WithDefault("1024")
    int queueCapacity();

    /** What the process is for: learn or verify. Default learn. */
    @WithDefault("learn")
    Mode mode();

    /**
     * Fails when a value cannot be used.
     *
     * @throws IllegalArgumentException the message names the key and the fix
     */
    default void check() {
        io.wildstream.contracts.Topics.requireName("wildstream.trainer.student", student());
        require(!models().isEmpty(), "models", "name at least one directory of models");
        require(
                checkpointInterval().toMillis() >= 100,
                "checkpoint-interval",
                "use at least 100ms, such as 30s, got " + checkpointInterval());
        require(keepCheckpoints() >= 1, "keep-checkpoints", "use at least 1, got " + keepCheckpoints());
        require(evaluationInterval() >= 1, "evaluation-interval", "use at least 1, got " + evaluationInterval());
        require(
                queueCapacity() >= 1 && queueCapacity() <= 1_000_000,
                "queue-capacity",
                "use 1 to 1000000, got " + queueCapacity());
    }

    private static void require(boolean holds, String key, String message) {
        if (!holds) {
            throw new IllegalArgumentException("wildstream.trainer." + key + ": " + message);
        }
    }
}
