// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.wildstream.contracts.Topics;
import io.wildstream.reference.S3Endpoint;
import io.wildstream.reference.S3Keys;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Settings of a trainer: which student, and where models and checkpoints are. How the student learns is in its spec in the log. */
@ConfigMapping(prefix = "wildstream.trainer")
public interface TrainerConfig {

    /** What the process is for. */
    enum Mode {
        /** Learn, publish checkpoints, report. */
        LEARN,
        /** Replay the log from the start without publishing anything, write {@code verify.json} and end. */
        VERIFY,
        /** Carry out the condensations that are asked for on {@code control}. One such process for each topic prefix. */
        CONDENSE
    }

    /** Id of the student, or name of the condenser: 1 to 63 lower-case letters, digits and hyphens, beginning with a letter. Required. */
    String student();

    /** Directories of models, searched in order; they hold the untrained student. Required. */
    List<Path> models();

    /** SHA-256 of each {@code model.pt} that may be loaded, 64 hexadecimal digits, with commas; all, the default, when none is named. */
    Optional<List<String>> allowedModels();

    /**
     * Where checkpoints are kept: a directory, or {@code s3://bucket/prefix}; one directory below it for each student. A condenser keeps
     * its results there: a directory, one below it for each condensation. Required.
     */
    String checkpoints();

    /** How an S3-compatible store is reached. */
    S3 s3();

    /** Time between two checkpoints, at least 100 ms. Default 30 s. */
    @WithDefault("30s")
    Duration checkpointInterval();

    /** How many checkpoints are kept, at least 1; a finished one is always kept. Default 3. */
    @WithDefault("3")
    int keepCheckpoints();

    /** Of older checkpoints the first at or past each multiple of this many steps is kept too; 0, the default, for none. */
    @WithDefault("0")
    long keepEvery();

    /** Steps between two evaluations on the holdout, at least 1. Default 100. */
    @WithDefault("100")
    int evaluationInterval();

    /** A holdout file (gzip of labelled samples); none by default. A condenser measures its results on it where it fits. */
    Optional<Path> holdout();

    /** Decoded records that may wait for the training thread, in [1, 1000000]. Default 1024. */
    @WithDefault("1024")
    int queueCapacity();

    /** Directory of files of labelled samples that a condenser may condense, {@code <name>.gz}; none by default. */
    Optional<Path> dataSets();

    /** What the process is for: learn, verify or condense. Default learn. */
    @WithDefault("learn")
    Mode mode();

    /** An S3-compatible store. */
    interface S3 extends S3Keys {

        /** Directory in which fetched checkpoints stay for the next start; by default a temporary one. */
        Optional<Path> cache();
    }

    /** Name of this instance, by default {@code trainer-<student>} or {@code condenser-<name>}. */
    default String instance(ClusterConfig cluster) {
        return cluster.instance().orElse((mode() == Mode.CONDENSE ? "condenser-" : "trainer-") + student());
    }

    /**
     * Returns when all values can work.
     *
     * @throws IllegalArgumentException naming the key of the first that cannot, and what it must be
     */
    default void check() {
        Topics.requireName("wildstream.trainer.student", student());
        Values.require(!models().isEmpty(), "wildstream.trainer.models", "at least one directory", "empty");
        var unused = allowedDigests();
        Values.atLeast("wildstream.trainer.checkpoint-interval", checkpointInterval(), Duration.ofMillis(100));
        checkCheckpoints();
        var unusedStore = store(s3());
        Values.atLeast("wildstream.trainer.keep-every", keepEvery(), 0);
        Values.atLeast("wildstream.trainer.keep-checkpoints", keepCheckpoints(), 1);
        Values.atLeast("wildstream.trainer.evaluation-interval", evaluationInterval(), 1);
        Values.between("wildstream.trainer.queue-capacity", queueCapacity(), 1, 1_000_000);
    }

    /**
     * Digests of the models that may be loaded, in lower case; empty for all.
     *
     * @throws IllegalArgumentException as {@link #check}
     */
    default Set<String> allowedDigests() {
        return Values.digests("wildstream.trainer.allowed-models", allowedModels());
    }

    /**
     * How the S3-compatible store of checkpoints is reached.
     *
     * @throws IllegalArgumentException as {@link #check}
     */
    static S3Endpoint store(S3 keys) {
        return S3Endpoint.of("wildstream.trainer.s3", keys);
    }

    private void checkCheckpoints() {
        String key = "wildstream.trainer.checkpoints";
        boolean s3 = S3Location.isMeantBy(checkpoints());
        boolean valid =
                !checkpoints().isBlank() && (!s3 || S3Location.of(checkpoints()).isPresent());
        Values.require(valid, key, "a directory, s3://bucket or s3://bucket/prefix", "'" + checkpoints() + "'");
        Values.require(
                !s3 || mode() == Mode.LEARN,
                key,
                "a directory for a verification or a condenser",
                "'" + checkpoints() + "'");
    }
}
