// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import io.opentelemetry.api.trace.SpanContext;
import io.wildstream.contracts.trace.WorkSpans;
import io.wildstream.engine.pixels.SampleDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A selected sample, ready to learn from. The arrays are not copied and must not be changed.
 *
 * @param offset of its record in the curriculum
 * @param pixels what the network sees
 * @param teacher what the teacher predicts
 * @param givenLabel the sample's own class in [0, K); -1 when it has none
 * @param selection why it is in the curriculum
 * @param decoder version of the decoder that made its pixels
 * @param crc32 CRC-32 of its record's value
 * @param trace that its record belongs to; null when there is none that is sampled
 */
public record TrainingSample(
        long offset,
        Pixels pixels,
        TeacherPrediction teacher,
        int givenLabel,
        Selection selection,
        int decoder,
        int crc32,
        @Nullable SpanContext trace) {

    /** A sample of no record and no trace, by the decoder of today. */
    public TrainingSample(long offset, Pixels pixels, TeacherPrediction teacher, int givenLabel, Selection selection) {
        this(offset, pixels, teacher, givenLabel, selection, SampleDecoder.VERSION, 0, null);
    }

    /** The spans of work on these samples, begun now; the first one is current on this thread until they are closed. */
    public static WorkSpans spans(String name, List<TrainingSample> samples) {
        WorkSpans spans = new WorkSpans(name);
        for (TrainingSample sample : samples) {
            if (sample.trace() != null) {
                spans.join(sample.trace());
            }
        }
        spans.makeCurrent();
        return spans;
    }
}
