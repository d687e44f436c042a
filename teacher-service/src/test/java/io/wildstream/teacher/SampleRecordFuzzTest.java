// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.engine.torch.InferenceModel.Outputs;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every record of {@code samples} is decoded, passed on as an end marker or with the output that came with it, or refused with a reason,
 * and the good samples before and behind it have the pixels that they have without it.
 *
 * <p>Input: one byte that picks the {@code ce_type} header (none, Sample, EndOfStream, or text up to a zero byte), then the value; or, with
 * its bit 4, the header with an output for a good sample.
 */
@Tag("slow")
class SampleRecordFuzzTest {

    private static final Topics TOPICS = new Topics("fuzz");
    private static final int VALUES = 12;
    private static final Sample GOOD = Sample.newBuilder()
            .setId("good")
            .setContentType("application/x-tensor;dtype=uint8;shape=1,4,3")
            .setPayload(ByteString.copyFromUtf8("abcdefghijkl"))
            .build();

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyRecordHasAnOutcomeAndHarmsNoNeighbour(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ConsumerRecord<byte[], byte[]> record = record(input);
        ConsumerRecord<byte[], byte[]> good = record(0, GOOD.toByteArray(), null);
        Outcome[] outcomes = new Outcome[3];
        FloatBuffer pixels = FloatBuffer.allocate(3 * VALUES);

        DecodedBatch batch = DecodedBatch.decode(
                new PollSamples(
                        new SampleOutputs(
                                OwnSamples.INSTANCE.acceptingOutputs(),
                                new TeacherOutputEncoder(VectorEncoding.VECTOR_ENCODING_FLOAT32, () -> false)),
                        null,
                        List.of(good, record, good)),
                new DecodingTeacher(),
                0,
                3,
                pixels,
                outcomes,
                () -> true);

        int decoded = batch.waiting().size();
        assertThat(pixels.remaining()).isEqualTo(decoded * VALUES);
        assertThat(outcomes[0]).isNull();
        assertThat(outcomes[2]).isNull();
        float[] all = pixels.array();
        float[] first = Arrays.copyOf(all, VALUES);
        float[] last = Arrays.copyOfRange(all, (decoded - 1) * VALUES, decoded * VALUES);
        assertThat(last).isEqualTo(first);
        if (outcomes[1] instanceof Outcome.Refused refused) {
            assertThat(refused.detail()).isNotBlank();
            ProducerRecord<byte[], byte[]> letter =
                    DeadLetters.of(TOPICS, Stage.TEACHER, record, refused.reason(), refused.detail());
            assertThat(letter.value()).isEqualTo(record.value());
            assertThat(CloudEvents.text(letter.headers(), DeadLetters.REASON)).matches("[a-z_]+");
        } else if (outcomes[1] instanceof Outcome.Ended ended) {
            assertThat(ended.marker().getSourcePartition()).isEqualTo(record.partition());
        } else if (outcomes[1] instanceof Outcome.Scored passedOn) {
            assertThat(passedOn.isPrecomputed()).isTrue();
            assertThat(passedOn.output().getSample().hasOutput()).isFalse();
            assertThat(passedOn.output().getLogits().size()).isEqualTo(2 * Float.BYTES);
            assertThat(passedOn.output().getFeatureNorm()).isBetween(0f, Float.MAX_VALUE);
        } else {
            assertThat(decoded).isEqualTo(3);
        }
        assertThat(decoded).isEqualTo(outcomes[1] == null ? 3 : 2);
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] input) {
        int value = 1;
        String type = null;
        if ((input[0] & 4) != 0) {
            ConsumerRecord<byte[], byte[]> record = record(2, GOOD.toByteArray(), null);
            record.headers().add(OutputHeader.NAME, Arrays.copyOfRange(input, value, input.length));
            return record;
        }
        switch (input[0] & 3) {
            case 0 -> {}
            case 1 -> type = "wildstream.v1.Sample";
            case 2 -> type = "wildstream.v1.EndOfStream";
            default -> {
                while (value < input.length && input[value] != 0) {
                    value++;
                }
                type = new String(input, 1, value - 1, UTF_8);
                value = Math.min(value + 1, input.length);
            }
        }
        return record(2, Arrays.copyOfRange(input, value, input.length), type);
    }

    private static ConsumerRecord<byte[], byte[]> record(int partition, byte[] value, String type) {
        Headers headers = new RecordHeaders();
        if (type != null) {
            headers.add(CloudEvents.TYPE, type.getBytes(UTF_8));
        }
        return new ConsumerRecord<>(
                TOPICS.samples(),
                partition,
                7,
                1000,
                TimestampType.CREATE_TIME,
                4,
                value.length,
                "good".getBytes(UTF_8),
                value,
                headers,
                Optional.empty());
    }

    static Stream<byte[]> seeds() {
        Sample viewed = GOOD.toBuilder()
                .setView(View.newBuilder().setSeed(5).setPad(2).setFlip(true))
                .build();
        EndOfStream end =
                EndOfStream.newBuilder().setSourcePartition(2).setPartitions(3).build();
        EndOfStream misplaced = end.toBuilder().setSourcePartition(1).build();
        Sample future = GOOD.toBuilder()
                .setUnknownFields(com.google.protobuf.UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                                        .addVarint(1)
                                        .build())
                        .build())
                .build();
        String output = "{\"teacher\":\"m\",\"digest\":\"ab\",\"logits\":[1.5,-2e0],\"features\":[3]}";
        Sample withOutput = GOOD.toBuilder()
                .setOutput(PrecomputedOutput.newBuilder()
                        .setDigest("ab")
                        .addLogits(1)
                        .addLogits(2)
                        .addFeatures(3)
                        .setSender("production"))
                .build();
        return Stream.of(
                seed(0, withOutput.toByteArray()),
                seed(4, output.getBytes(UTF_8)),
                seed(4, output.replace("1.5", "1e99").getBytes(UTF_8)),
                seed(4, output.replace("\"features\":[3]", "\"feature_norm\":3").getBytes(UTF_8)),
                seed(4, output.replace("[1.5", "[[[[[").getBytes(UTF_8)),
                seed(0, GOOD.toByteArray()),
                seed(1, viewed.toByteArray()),
                seed(1, future.toByteArray()),
                seed(1, GOOD.toBuilder().clearId().build().toByteArray()),
                seed(1, GOOD.toBuilder().setId("x".repeat(300)).build().toByteArray()),
                seed(2, end.toByteArray()),
                seed(2, misplaced.toByteArray()),
                seed(3, "wildstream.v2.Sample\0abc".getBytes(UTF_8)));
    }

    private static byte[] seed(int first, byte[] rest) {
        byte[] all = new byte[rest.length + 1];
        all[0] = (byte) first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    /** Decodes as every teacher does; runs no network, so that the fuzzer sees the parsing alone. */
    private static final class DecodingTeacher implements Teacher {

        private static final ModelDescription DESCRIPTION = new ModelDescription(
                "m",
                new ImageShape(1, 4, 3),
                List.of("a", "b"),
                List.of(0.25f),
                List.of(0.5f),
                1,
                "",
                null,
                List.of(),
                List.of(),
                null,
                null);
        private static final SampleDecoder DECODER = new SampleDecoder(DESCRIPTION);

        @Override
        public TeacherReference reference() {
            return TeacherReference.newBuilder().setDigest("ab").build();
        }

        @Override
        public ModelDescription description() {
            return DESCRIPTION;
        }

        @Override
        public boolean omitsFeatures() {
            return false;
        }

        @Override
        public long memoryOfImage() {
            return 1;
        }

        @Override
        public boolean isSound() {
            return true;
        }

        @Override
        public void decode(Sample sample, FloatBuffer destination) throws InvalidSampleException {
            DECODER.decode(sample, destination);
        }

        @Override
        public Outputs infer(FloatBuffer pixels, int count) {
            throw new UnsupportedOperationException("decodes only");
        }

        @Override
        public void close() {}
    }
}
