// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selector.curriculum.Curriculum;
import io.wildstream.selector.curriculum.CurriculumEntries;
import io.wildstream.selector.input.TeacherOutputReader;
import io.wildstream.selector.input.TeacherOutputReader.Output;
import io.wildstream.selector.input.TeacherOutputReader.Refused;
import io.wildstream.selector.metrics.SelectorMetrics;
import io.wildstream.selector.metrics.WrittenCounts;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** The records that a stage of the selector writes, with their topics, keys and headers; all in the transaction of its input. */
public final class SelectorOutput {

    private static final List<String> TRACE = List.of("traceparent", "tracestate");
    private static final int MAX_TRACE_BYTES = 512;

    private final Topics topics;
    private final SelectorMetrics metrics;
    private final boolean publishRejected;
    private final String eventSource;
    private final ProcessorContext<byte[], Outgoing> context;
    private final WrittenCounts counts;

    /**
     * The records of one task.
     *
     * @param publishRejected whether decisions not to keep are written to {@code rejected}
     * @param counts of the same task
     */
    public SelectorOutput(
            Topics topics,
            SelectorMetrics metrics,
            boolean publishRejected,
            ProcessorContext<byte[], Outgoing> context,
            WrittenCounts counts) {
        this.topics = topics;
        this.metrics = metrics;
        this.publishRejected = publishRejected;
        this.context = context;
        this.counts = counts;
        this.eventSource = "/" + topics.prefix() + "/" + Stage.SELECTOR.label();
    }

    /** Writes a sample to a curriculum that keeps it; {@code record} holds the teacher output. */
    public void select(
            Record<byte[], byte[]> record,
            Output output,
            ScoredSample scored,
            Curriculum curriculum,
            double threshold) {
        metrics.curriculum(curriculum.name()).kept(scored.pseudoLabel());
        counts.add(topics.role(topics.curriculum(curriculum.name())));
        byte[] value = CurriculumEntries.selected(record.value(), scored, threshold, curriculum.generation());
        String id = output.message().getSample().getId();
        Headers headers = CloudEvents.headers(CurriculumRecord.getDefaultInstance(), id, eventSource);
        copyTrace(record.headers(), headers);
        byte[] key = output.message().getSample().getIdBytes().toByteArray();
        forward(topics.curriculum(curriculum.name()), key, value, headers, record.timestamp());
    }

    /** Writes to {@code rejected}, if that is wanted, that a curriculum does not keep a sample. */
    public void reject(
            Record<byte[], byte[]> record,
            Output output,
            ScoredSample scored,
            Curriculum curriculum,
            double threshold) {
        metrics.curriculum(curriculum.name()).notKept();
        if (!publishRejected) {
            return;
        }
        byte[] value = CurriculumEntries.notKept(curriculum, output, scored, threshold);
        String id = output.message().getSample().getId();
        Headers headers = CloudEvents.headers(RejectedSample.getDefaultInstance(), id, eventSource);
        byte[] key = output.message().getSample().getIdBytes().toByteArray();
        forward(topics.rejected(), key, value, headers, record.timestamp());
    }

    /** Writes the end of one partition of the stream to a curriculum. */
    public void end(EndOfStream end, Curriculum curriculum, long timestamp) {
        String id = "end-of-stream-" + end.getSourcePartition();
        Headers headers = CloudEvents.headers(CurriculumRecord.getDefaultInstance(), id, eventSource);
        forward(topics.curriculum(curriculum.name()), null, CurriculumEntries.end(end), headers, timestamp);
    }

    /** Writes a record for the ranking stage. */
    public void rank(RankingRecord ranking, long timestamp) {
        String id = ranking.getCurriculum() + "-" + ranking.getGeneration();
        Headers headers = CloudEvents.headers(RankingRecord.getDefaultInstance(), id, eventSource);
        forward(topics.ranking(), null, ranking.toByteArray(), headers, timestamp);
    }

    /** Writes a change of the stream to {@code events}. */
    public void drift(DriftEvent event, long timestamp) {
        String id = "drift-" + event.getPartition() + "-" + event.getOffset() + "-" + event.getSignalValue();
        Headers headers = CloudEvents.headers(DriftEvent.getDefaultInstance(), id, eventSource);
        forward(topics.events(), null, event.toByteArray(), headers, timestamp);
    }

    /** Writes a record that cannot be used to the dead letters, with the reason and its position. */
    public void deadLetter(Record<byte[], byte[]> record, Refused refused) {
        metrics.deadLetter(refused.reason());
        counts.add(topics.role(topics.deadLetters(Stage.SELECTOR)));
        RecordMetadata position =
                context.recordMetadata().orElseThrow(() -> new IllegalStateException("a record without a position"));
        Headers headers = new RecordHeaders(record.headers());
        DeadLetters.add(
                headers,
                Stage.SELECTOR,
                refused.reason(),
                refused.detail(),
                position.topic(),
                position.partition(),
                position.offset());
        // A value that would be too large with the added headers is left out: the headers name its position.
        byte[] value = fits(record.value(), headers) ? record.value() : null;
        forward(topics.deadLetters(Stage.SELECTOR), record.key(), value, headers, record.timestamp());
    }

    private static boolean fits(byte @Nullable [] value, Headers headers) {
        long size = value == null ? 0 : value.length;
        for (Header header : headers) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size <= Topics.MAX_MESSAGE_BYTES - TeacherOutputReader.RECORD_MARGIN;
    }

    private static void copyTrace(Headers from, Headers to) {
        for (String key : TRACE) {
            Header header = from.lastHeader(key);
            if (header != null && header.value() != null && header.value().length <= MAX_TRACE_BYTES) {
                to.add(header);
            }
        }
    }

    private void forward(
            String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers, long timestamp) {
        context.forward(new Record<>(key, new Outgoing(topic, value), timestamp, headers));
    }
}
