// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.sample.OutputSamples;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selector.curriculum.Curriculum;
import io.wildstream.selector.curriculum.CurriculumEntries;
import io.wildstream.selector.input.RejectionReason;
import io.wildstream.selector.input.TeacherOutputReader;
import io.wildstream.selector.input.TeacherOutputReader.Output;
import io.wildstream.selector.input.TeacherOutputReader.Refused;
import io.wildstream.selector.metrics.SelectorMetrics;
import io.wildstream.selector.metrics.SelectorMetrics.Step;
import io.wildstream.selector.metrics.WrittenCounts;
import io.wildstream.selector.payload.Payloads;
import io.wildstream.selector.payload.Payloads.Found;
import io.wildstream.selector.payload.Payloads.Lost;
import io.wildstream.selector.payload.Payloads.Payload;
import java.util.List;
import java.util.function.Supplier;
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
    private final Supplier<Payloads> openPayloads;
    private @Nullable Payloads payloads;
    /** The output that was refused last: several curricula may keep it. */
    private @Nullable OutputPosition refused;

    /**
     * The records of one task.
     *
     * @param counts of the same task
     */
    public SelectorOutput(StageParts parts, ProcessorContext<byte[], Outgoing> context, WrittenCounts counts) {
        this.topics = parts.topics();
        this.metrics = parts.metrics();
        this.publishRejected = parts.publishRejected();
        this.openPayloads = parts.payloads();
        this.context = context;
        this.counts = counts;
        this.eventSource = "/" + topics.prefix() + "/" + Stage.SELECTOR.label();
    }

    /**
     * Writes a sample to a curriculum that keeps it, with its payload; one whose payload is lost becomes a dead letter.
     *
     * @param record holds the teacher output
     * @param position of the record
     * @return whether it was written to the curriculum
     */
    public boolean select(
            Record<byte[], byte[]> record,
            OutputPosition position,
            Output output,
            ScoredSample scored,
            Curriculum curriculum,
            double threshold) {
        byte[][] teacherOutput = {record.value()};
        if (output.message().hasHead()) {
            Payload payload = payload(output.message());
            if (payload instanceof Found found) {
                teacherOutput = CurriculumEntries.withSample(output.message(), found.sample());
            } else if (payload instanceof Lost lost) {
                refuse(record, position, curriculum, new Refused(lost.reason(), lost.detail()));
                return false;
            }
        }
        byte[] value = CurriculumEntries.selected(teacherOutput, scored, threshold, curriculum.generation());
        if (value.length > Topics.MAX_MESSAGE_BYTES - TeacherOutputReader.RECORD_MARGIN / 2) {
            String detail = "as a record of a curriculum it has " + value.length + " bytes";
            refuse(record, position, curriculum, new Refused(RejectionReason.TOO_LARGE, detail));
            return false;
        }
        metrics.curriculum(curriculum.name()).kept(scored.pseudoLabel());
        counts.add(topics.role(topics.curriculum(curriculum.name())));
        String id = OutputSamples.id(output.message());
        Headers headers = CloudEvents.headers(CurriculumRecord.getDefaultInstance(), id, eventSource);
        copyTrace(record.headers(), headers);
        byte[] key = OutputSamples.idBytes(output.message()).toByteArray();
        forward(topics.curriculum(curriculum.name()), key, value, headers, record.timestamp());
        return true;
    }

    private Payload payload(TeacherOutput output) {
        if (payloads == null) {
            payloads = openPayloads.get();
        }
        long start = metrics.start();
        Payload payload = payloads.of(output);
        metrics.stop(Step.PAYLOAD, start);
        return payload;
    }

    /** One dead letter, however many curricula keep the sample. */
    private void refuse(
            Record<byte[], byte[]> record, OutputPosition position, Curriculum curriculum, Refused because) {
        if (position.equals(refused)) {
            return;
        }
        refused = position;
        String detail = "curriculum '" + curriculum.name() + "' keeps the sample, but " + because.detail();
        deadLetter(
                record,
                new Refused(because.reason(), detail),
                topics.teacherOutputs(),
                position.partition(),
                position.offset());
    }

    /** Ends the reading of payloads. */
    public void close() {
        if (payloads != null) {
            payloads.close();
            payloads = null;
        }
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
        String id = OutputSamples.id(output.message());
        Headers headers = CloudEvents.headers(RejectedSample.getDefaultInstance(), id, eventSource);
        byte[] key = OutputSamples.idBytes(output.message()).toByteArray();
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
    public void deadLetter(Record<byte[], byte[]> record, Refused because) {
        RecordMetadata position =
                context.recordMetadata().orElseThrow(() -> new IllegalStateException("a record without a position"));
        deadLetter(record, because, position.topic(), position.partition(), position.offset());
    }

    private void deadLetter(Record<byte[], byte[]> record, Refused because, String topic, int partition, long offset) {
        metrics.deadLetter(because.reason());
        counts.add(topics.role(topics.deadLetters(Stage.SELECTOR)));
        Headers headers = new RecordHeaders(record.headers());
        DeadLetters.add(headers, Stage.SELECTOR, because.reason(), because.detail(), topic, partition, offset);
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
