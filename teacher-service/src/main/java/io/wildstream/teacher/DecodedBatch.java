// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The next samples of a poll as pixels, ready for one forward pass. Records that need no forward pass (bad ones, end markers, samples that
 * came with their output) have their outcome already and take no place in it.
 */
final class DecodedBatch {

    private static final Logger LOGGER = LoggerFactory.getLogger(DecodedBatch.class);
    private static final String END_OF_STREAM = CloudEvents.type(EndOfStream.getDescriptor());

    /** A sample that waits for its forward pass; {@code index} is that of its record in the poll. */
    record Waiting(int index, Sample sample) {}

    private final PollSamples samples;
    private final Teacher teacher;
    private final FloatBuffer pixels;
    private final List<Waiting> waiting = new ArrayList<>();
    private int end;
    private boolean isWaiting;

    private DecodedBatch(PollSamples samples, Teacher teacher, FloatBuffer pixels) {
        this.samples = samples;
        this.teacher = teacher;
        this.pixels = pixels;
    }

    /**
     * Decodes records from {@code start} on until the batch is full, the records end or one refers to something that is not there in time:
     * at least one, but for the last case.
     *
     * @param pixels overwritten; room for {@code size} samples
     * @param outcomes gets the outcomes that are known without a forward pass, at the record's index
     * @param goesOn asked after each record; false ends the batch early
     */
    static DecodedBatch decode(
            PollSamples samples,
            Teacher teacher,
            int start,
            int size,
            FloatBuffer pixels,
            @Nullable Outcome[] outcomes,
            BooleanSupplier goesOn) {
        DecodedBatch batch = new DecodedBatch(samples, teacher, pixels.clear());
        List<ConsumerRecord<byte[], byte[]>> records = samples.records();
        int next = start;
        do {
            Outcome outcome = batch.take(records.get(next), next, goesOn);
            if (batch.isWaiting) {
                break;
            }
            outcomes[next] = outcome;
            next++;
        } while (next < records.size() && batch.waiting.size() < size && goesOn.getAsBoolean());
        batch.end = next;
        pixels.flip();
        return batch;
    }

    /** Index of the first record after the batch. */
    int end() {
        return end;
    }

    /** Whether the next record refers to something that was not there in time. */
    boolean isWaiting() {
        return isWaiting;
    }

    /** The samples in the order of their pixels. */
    List<Waiting> waiting() {
        return waiting;
    }

    /** The pixels of all waiting samples, from the buffer's beginning. */
    FloatBuffer pixels() {
        return pixels;
    }

    private @Nullable Outcome take(ConsumerRecord<byte[], byte[]> record, int index, BooleanSupplier goesOn) {
        if (record.value() == null) {
            return malformed(record, "the record has no value");
        }
        try {
            if (CloudEvents.isEndOfStream(record.headers())) {
                return takeEnd(record, EndOfStream.parseFrom(record.value()));
            }
            return takeSample(record, index, samples.read(index), goesOn);
        } catch (InvalidProtocolBufferException e) {
            return malformed(record, "the value is not a " + END_OF_STREAM + ": " + e.getMessage());
        } catch (UnreadableRecordException e) {
            return new Outcome.Refused(record, e.reason(), e.detail());
        } catch (RuntimeException e) {
            // One record on which a reader fails must not stop the stream.
            LOGGER.warn("reader failed partition={} offset={}", record.partition(), record.offset(), e);
            return malformed(record, "the value cannot be read: " + e);
        }
    }

    private static Outcome takeEnd(ConsumerRecord<byte[], byte[]> record, EndOfStream marker) {
        if (marker.getSourcePartition() != record.partition() || marker.getPartitions() <= record.partition()) {
            return malformed(
                    record,
                    "the end of partition " + marker.getSourcePartition() + " of " + marker.getPartitions()
                            + " was found in partition " + record.partition());
        }
        return new Outcome.Ended(record, marker);
    }

    private @Nullable Outcome takeSample(
            ConsumerRecord<byte[], byte[]> record, int index, Sample sample, BooleanSupplier goesOn)
            throws UnreadableRecordException {
        if (sample.getId().isEmpty() || sample.getId().length() > SampleSource.MAX_ID) {
            return malformed(
                    record,
                    "the sample id has " + sample.getId().length() + " characters, expected 1 to "
                            + SampleSource.MAX_ID);
        }
        Outcome passedOn = sample.hasOutput() ? passedOn(record, sample) : null;
        if (passedOn instanceof Outcome.Refused) {
            return passedOn;
        }
        Sample whole = sample.hasReference() ? samples.fetch(index, sample, goesOn) : sample;
        if (whole == null) {
            isWaiting = true;
            return null;
        }
        Outcome refused = decode(record, whole, passedOn == null);
        if (refused != null) {
            return refused;
        }
        Sample kept = samples.kept(whole);
        if (passedOn != null) {
            return sample.hasReference() ? passedOn(record, kept) : passedOn;
        }
        waiting.add(new Waiting(index, kept));
        return null;
    }

    private Outcome passedOn(ConsumerRecord<byte[], byte[]> record, Sample sample) throws UnreadableRecordException {
        return samples.source().passedOn(teacher, record, sample);
    }

    /**
     * Appends the pixels of a sample, or returns why it has none.
     *
     * @param keeps whether a forward pass needs them; students read every payload, so that it has to be decoded in any case
     */
    private @Nullable Outcome decode(ConsumerRecord<byte[], byte[]> record, Sample sample, boolean keeps) {
        int before = pixels.position();
        try {
            teacher.decode(sample, pixels);
        } catch (InvalidSampleException e) {
            pixels.position(before);
            return new Outcome.Refused(record, e.reason(), e.detail());
        } catch (RuntimeException e) {
            // One sample on which a decoder fails must not stop the stream.
            LOGGER.warn("decoder failed partition={} offset={}", record.partition(), record.offset(), e);
            pixels.position(before);
            return new Outcome.Refused(record, Reason.UNDECODABLE, "the decoder failed: " + e);
        }
        if (!keeps) {
            pixels.position(before);
        }
        return null;
    }

    private static Outcome malformed(ConsumerRecord<byte[], byte[]> record, String detail) {
        return new Outcome.Refused(record, Refusal.MALFORMED, detail);
    }
}
