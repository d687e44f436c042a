// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.sample.References;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.reference.Fetched;
import io.wildstream.reference.ReferenceException;
import io.wildstream.teacher.fetch.Fetches;
import io.wildstream.teacher.fetch.Fetches.Place;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The samples that the records of a poll hold, in order, with what they refer to: references of the records that follow are fetched ahead.
 * Used by the decoding thread.
 */
final class PollSamples {

    /** So long a turn waits for a sample, before it commits those before it. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(2);

    private final SampleOutputs source;
    private final @Nullable Fetches fetches;
    private final List<ConsumerRecord<byte[], byte[]>> records;
    /** Samples of the records that follow, as far as they were looked at. */
    private final @Nullable Sample[] read;

    private int readTo;
    private long held;

    /** @param fetches null where no reference is fetched */
    PollSamples(SampleOutputs source, @Nullable Fetches fetches, List<ConsumerRecord<byte[], byte[]>> records) {
        this.source = source;
        this.fetches = fetches;
        this.records = records;
        this.read = new Sample[fetches == null ? 0 : records.size()];
        if (fetches != null) {
            fetches.keepOnly(records.stream().map(PollSamples::place).collect(Collectors.toSet()));
        }
    }

    List<ConsumerRecord<byte[], byte[]>> records() {
        return records;
    }

    SampleOutputs source() {
        return source;
    }

    /** Whether what was fetched takes as much memory as a turn may hold. */
    boolean isFull() {
        return fetches != null && held >= fetches.settings().turn();
    }

    /**
     * The sample that a record holds, perhaps a reference still.
     *
     * @throws UnreadableRecordException when it holds none
     */
    Sample read(int index) throws UnreadableRecordException {
        if (fetches == null) {
            return checked(source.read(records.get(index)));
        }
        lookAhead(fetches, index);
        Sample known = read[index];
        read[index] = null;
        return checked(known != null ? known : source.read(records.get(index)));
    }

    /**
     * The sample with the bytes that it refers to.
     *
     * @param goesOn whether there is time to wait
     * @return null when there is none left
     * @throws UnreadableRecordException when they cannot be had
     */
    @Nullable Sample fetch(int index, Sample sample, BooleanSupplier goesOn) throws UnreadableRecordException {
        if (fetches == null) {
            throw new UnreadableRecordException(
                    Refusal.NOT_ALLOWED,
                    "the sample is a reference, and this service fetches none: set wildstream.references.hosts, .buckets or .roots");
        }
        long start = System.nanoTime();
        BooleanSupplier patient = () -> goesOn.getAsBoolean() && System.nanoTime() - start < SHORT_WAIT.toNanos();
        Fetched fetched;
        try {
            fetched = fetches.await(place(records.get(index)), sample.getReference(), patient);
        } catch (ReferenceException e) {
            throw new UnreadableRecordException(Refusal.valueOf(e.reason().name()), e.detail());
        }
        if (fetched == null) {
            return null;
        }
        held += fetched.bytes().size();
        Sample.Builder whole = sample.toBuilder().setPayload(fetched.bytes()).setReference(fetched.reference());
        if (sample.getContentType().isEmpty() && !fetched.bytes().isEmpty()) {
            whole.setContentType(SampleSource.mediaType(fetched.bytes(), "for tensors set content_type"));
        }
        return whole.build();
    }

    /** The sample as outputs hold it: without what was fetched, where references are kept alone. */
    Sample kept(Sample sample) {
        if (!sample.hasReference() || fetches == null || fetches.settings().keepsBytes()) {
            return sample;
        }
        held -= sample.getPayload().size();
        return sample.toBuilder().clearPayload().build();
    }

    /** Begins to fetch what the next records refer to, as many as may be fetched at a time. */
    private void lookAhead(Fetches ahead, int index) {
        int end = Math.min(records.size(), index + ahead.settings().parallel());
        for (readTo = Math.max(readTo, index); readTo < end; readTo++) {
            Sample sample = peek(records.get(readTo));
            if (sample != null
                    && sample.hasReference()
                    && References.problem(sample.getReference()).isEmpty()
                    && !ahead.begin(place(records.get(readTo)), sample.getReference())) {
                return;
            }
            read[readTo] = sample;
        }
    }

    private @Nullable Sample peek(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null || CloudEvents.isEndOfStream(record.headers())) {
            return null;
        }
        try {
            return source.read(record);
        } catch (UnreadableRecordException | RuntimeException e) {
            return null; // said when it is the record's turn
        }
    }

    private static Sample checked(Sample sample) throws UnreadableRecordException {
        if (!sample.hasReference()) {
            return sample;
        }
        if (!sample.getPayload().isEmpty()) {
            throw new UnreadableRecordException(Refusal.MALFORMED, "the sample has both a payload and a reference");
        }
        String problem = References.problem(sample.getReference());
        if (!problem.isEmpty()) {
            throw new UnreadableRecordException(Refusal.MALFORMED, "the reference's " + problem);
        }
        return sample;
    }

    private static Place place(ConsumerRecord<byte[], byte[]> record) {
        return new Place(record.partition(), record.offset());
    }
}
