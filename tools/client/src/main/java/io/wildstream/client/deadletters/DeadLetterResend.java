// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.deadletters;

import io.wildstream.client.ClientException;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the originals of dead letters again to the topic and partition that they came from. The records and the note that they were sent
 * are one transaction, under one transactional id per stage: a letter is sent once whatever dies, and a second resend of the stage that
 * begins meanwhile ends the first.
 *
 * <p>To the stages a record that was sent again is a new one. The trainer's dead letters are not sent again: a curriculum is read by every
 * student, and those that have learned the record would learn it twice.
 */
public final class DeadLetterResend implements AutoCloseable {

    private static final int BATCH = 200;
    private static final long BATCH_BYTES = 16L << 20;

    private final Topics topics;
    private final Stage stage;
    private final DeadLetterBox box;
    private final StoredSamples samples;
    private final KafkaProducer<byte[], byte[]> producer;
    private final OffsetRanges resent;

    /**
     * Takes over the stage's resends; one that is under way elsewhere fails from here on.
     *
     * @param kafka settings that each client of the cluster's Kafka needs
     * @throws ClientException for a stage whose dead letters cannot be sent again
     */
    public DeadLetterResend(Map<String, Object> kafka, Topics topics, Stage stage) {
        requireResendable(stage);
        this.topics = topics;
        this.stage = stage;
        this.box = new DeadLetterBox(kafka, topics);
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, ResendLedger.group(topics, stage));
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_MESSAGE_BYTES);
        this.samples = new StoredSamples(kafka, topics);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
            this.resent = ResendLedger.read(kafka, topics, stage);
        } catch (RuntimeException e) {
            producer.close(java.time.Duration.ZERO);
            samples.close();
            throw e;
        }
    }

    /**
     * Which letters are to be sent again.
     *
     * @param letters to be sent
     * @param sentBefore left out because they were sent before
     * @param withoutOriginal left out because the letter has no value, or does not name its origin
     * @param withoutSample left out because the sample of the teacher output is no longer in {@code samples}
     */
    public record Selection(List<Long> letters, long sentBefore, long withoutOriginal, long withoutSample) {

        /** Makes the list immutable. */
        public Selection {
            letters = List.copyOf(letters);
        }
    }

    /** The topic that a stage's dead letters go back to. */
    public static String target(Topics topics, Stage stage) {
        requireResendable(stage);
        return stage == Stage.TEACHER ? topics.samples() : topics.teacherOutputs();
    }

    private static void requireResendable(Stage stage) {
        if (stage == Stage.TRAINER) {
            throw new ClientException("dead letters of the trainer are not sent again: a curriculum is read by every"
                    + " student of it, and those that have learned the record would learn it twice. Create a student that can"
                    + " read it: it learns the curriculum from its beginning");
        }
    }

    /**
     * Chooses letters.
     *
     * @param wanted which ones
     * @param again whether those that were sent before count too; for the teacher's only, whose originals become new samples: a teacher
     *     output stands for one sample, which a curriculum would hold twice
     */
    public Selection select(Predicate<DeadLetter> wanted, boolean again) {
        if (again && stage != Stage.TEACHER) {
            throw new ClientException("dead letters of the " + stage.label()
                    + " are sent again once: a second time a curriculum could hold the same sample twice");
        }
        List<Long> letters = new ArrayList<>();
        long[] left = new long[3];
        String target = target(topics, stage);
        boolean[] begun = {false};
        box.forEach(stage, letter -> {
            if (!begun[0]) {
                begun[0] = true;
                resent.forgetBefore(letter.offset());
            }
            if (!wanted.test(letter)) {
                return;
            }
            if (!again && resent.contains(letter.offset())) {
                left[0]++;
            } else if (letter.record().value() == null
                    || letter.partition() < 0
                    || !letter.topic().equals(target)) {
                left[1]++;
            } else if (letter.withoutSample().filter(samples::isGone).isPresent()) {
                left[2]++;
            } else {
                letters.add(letter.offset());
            }
        });
        return new Selection(letters, left[0], left[1], left[2]);
    }

    /**
     * Sends the letters of a selection.
     *
     * @return how many were sent
     * @throws ClientException when Kafka refuses, or another resend has taken over; what was sent before stays sent and is noted
     */
    public long send(Selection selection) {
        List<DeadLetter> batch = new ArrayList<>();
        long[] bytes = {0};
        long[] sent = {0};
        var wanted = new java.util.HashSet<>(selection.letters());
        box.forEach(stage, letter -> {
            if (wanted.contains(letter.offset())) {
                batch.add(letter);
                bytes[0] += letter.record().serializedValueSize();
            }
            if (batch.size() >= BATCH || bytes[0] >= BATCH_BYTES) {
                sent[0] += sendBatch(batch);
                bytes[0] = 0;
            }
        });
        return sent[0] + sendBatch(batch);
    }

    private int sendBatch(List<DeadLetter> batch) {
        if (batch.isEmpty()) {
            return 0;
        }
        batch.forEach(letter -> resent.add(letter.offset()));
        long next = batch.get(batch.size() - 1).offset() + 1;
        var note = ResendLedger.commit(topics, stage, resent, next);
        try {
            producer.beginTransaction();
            for (DeadLetter letter : batch) {
                // A failed send fails the commit.
                var unused = producer.send(
                        DeadLetters.replay(stage, letter.record(), target(topics, stage), letter.partition()));
            }
            producer.sendOffsetsToTransaction(note, new ConsumerGroupMetadata(ResendLedger.group(topics, stage)));
            producer.commitTransaction();
        } catch (KafkaException e) {
            throw new ClientException(
                    "the dead letters up to " + (next - 1) + " of the " + stage.label()
                            + " could not be sent again, none of this batch was: " + e.getMessage(),
                    e);
        }
        int sent = batch.size();
        batch.clear();
        return sent;
    }

    @Override
    public void close() {
        producer.close(java.time.Duration.ofSeconds(5));
        samples.close();
    }
}
