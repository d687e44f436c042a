// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.VectorEncoding;
import java.time.Duration;

/**
 * What the stage needs to know; checked when made.
 *
 * @param topics names of the topics
 * @param instance unique name of this process, which it keeps over restarts
 * @param batchSize most samples of a forward pass, in [1, 4096]
 * @param maxWait longest wait for a batch to fill, in [0, 10 s]
 * @param maxPollRecords most records of one poll, in [1, 100000]; a transaction covers less than this and a batch together
 * @param encoding of logits and features
 * @param source how records become samples
 */
public record TeacherSettings(
        Topics topics,
        String instance,
        int batchSize,
        Duration maxWait,
        int maxPollRecords,
        VectorEncoding encoding,
        SampleSource source) {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    public TeacherSettings {
        require(
                instance.matches("[a-zA-Z0-9._-]{1,100}"),
                "wildstream.instance '" + instance + "': use 1 to 100 letters, digits, '.', '_' or '-'");
        require(
                batchSize >= 1 && batchSize <= 4096,
                "wildstream.teacher.batch-size " + batchSize + ": use 1 to 4096 samples");
        require(
                !maxWait.isNegative() && maxWait.compareTo(LONGEST_WAIT) <= 0,
                "wildstream.teacher.max-wait " + maxWait + ": use 0 to 10 seconds, such as 20ms");
        require(
                maxPollRecords >= 1 && maxPollRecords <= 100_000,
                "wildstream.teacher.max-poll-records " + maxPollRecords + ": use 1 to 100000 records");
    }

    /** Settings for a stream of Wildstream's own samples. */
    public TeacherSettings(
            Topics topics,
            String instance,
            int batchSize,
            Duration maxWait,
            int maxPollRecords,
            VectorEncoding encoding) {
        this(topics, instance, batchSize, maxWait, maxPollRecords, encoding, OwnSamples.INSTANCE);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
