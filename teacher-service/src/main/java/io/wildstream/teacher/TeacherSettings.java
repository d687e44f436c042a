// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.service.Values;
import java.time.Duration;
import java.util.function.Predicate;

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
 * @param limits what the stage may spend at once
 * @param brought whether all that reads outputs brings payloads by itself from a {@link SampleSource#place place}, so that they may go
 *     without them; asked for each output
 */
public record TeacherSettings(
        Topics topics,
        String instance,
        int batchSize,
        Duration maxWait,
        int maxPollRecords,
        VectorEncoding encoding,
        SampleSource source,
        WorkLimits limits,
        Predicate<String> brought) {

    public TeacherSettings {
        Values.between("wildstream.teacher.batch-size", batchSize, 1, 4096);
        Values.between("wildstream.teacher.max-wait", maxWait, Duration.ZERO, Duration.ofSeconds(10));
        Values.between("wildstream.teacher.max-poll-records", maxPollRecords, 1, 100_000);
    }

    /** Settings for a stream of Wildstream's own samples. */
    public TeacherSettings(
            Topics topics,
            String instance,
            int batchSize,
            Duration maxWait,
            int maxPollRecords,
            VectorEncoding encoding) {
        this(topics, instance, batchSize, maxWait, maxPollRecords, encoding, OwnSamples.INSTANCE, WorkLimits.DEFAULT);
    }

    /** Settings of outputs that hold the payloads. */
    public TeacherSettings(
            Topics topics,
            String instance,
            int batchSize,
            Duration maxWait,
            int maxPollRecords,
            VectorEncoding encoding,
            SampleSource source,
            WorkLimits limits) {
        this(topics, instance, batchSize, maxWait, maxPollRecords, encoding, source, limits, place -> false);
    }

    /** The same with outputs that go without payloads where all selectors bring them by themselves. */
    public TeacherSettings with(Predicate<String> others) {
        return new TeacherSettings(
                topics, instance, batchSize, maxWait, maxPollRecords, encoding, source, limits, others);
    }

    /** Whether an output goes without the payload of its sample now. */
    boolean isLight() {
        return brought.test(source.place(topics.samples()));
    }
}
