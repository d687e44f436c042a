// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.torch.InferenceModel.Outputs;
import java.nio.FloatBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TeacherOutputEncoderTest {

    @Test
    void sumsTheNormInDoublePrecision() {
        // Given
        float[] values = {9f, 1e20f, 1e20f, 3f, 4f};

        // When // Then
        assertThat(TeacherOutputEncoder.norm(values, 3, 2)).isEqualTo(5f);
        assertThat(TeacherOutputEncoder.norm(values, 1, 2)).isEqualTo((float) (Math.sqrt(2) * 1e20));
        assertThat(TeacherOutputEncoder.norm(values, 0, 0)).isZero();
    }

    @Test
    void makesSmallerBatchesOfLargeImagesAndOfCostlyOnes() {
        // Given
        List<Integer> sizes = List.of(784, 3 * 224 * 224, Integer.MAX_VALUE / 2);
        long memory = WorkLimits.DEFAULT.batchMemory();

        // When // Then
        assertThat(sizes)
                .extracting(values -> BatchedInference.batchSize(4096, values, 0, memory))
                .containsExactly(4096, 445, 1);
        assertThat(BatchedInference.batchSize(128, 3 * 224 * 224, 1, memory)).isEqualTo(128);
        assertThat(BatchedInference.batchSize(128, 3 * 224 * 224, 30 << 20, memory))
                .isEqualTo(17);
        assertThat(BatchedInference.batchSize(128, 784, 1L << 40, memory)).isEqualTo(1);
    }

    @Test
    void encodesTheValuesOfOneSampleOfABatch() {
        // Given
        TeacherOutputEncoder encoder = new TeacherOutputEncoder(VectorEncoding.VECTOR_ENCODING_FLOAT32, () -> false);
        Outputs outputs = new Outputs(2, 3, 2, new float[] {1, 2, 3, 4, 5, 6}, new float[] {0, 1, 3, 4});
        Sample sample = Sample.newBuilder().setId("second").build();

        // When
        Outcome outcome = encoder.encode(new Known(false), record(5, 42, 1000), sample, outputs, 1);

        // Then
        TeacherOutput output = ((Outcome.Scored) outcome).output();
        assertThat(output.getSample()).isEqualTo(sample);
        assertThat(output.getTeacher().getName()).isEqualTo("known");
        assertThat(Vectors.unpack(output.getEncoding(), output.getLogits())).containsExactly(4, 5, 6);
        assertThat(Vectors.unpack(output.getEncoding(), output.getFeatures())).containsExactly(3, 4);
        assertThat(output.getFeatureNorm()).isEqualTo(5);
        assertThat(output.getPosition().getPartition()).isEqualTo(5);
        assertThat(output.getPosition().getOffset()).isEqualTo(42);
        assertThat(output.getSampleTimeMillis()).isEqualTo(1000);
    }

    @Test
    void leavesTheFeaturesOutButNotTheirNorm() {
        // Given
        TeacherOutputEncoder encoder = new TeacherOutputEncoder(VectorEncoding.VECTOR_ENCODING_FLOAT16, () -> false);
        Outputs outputs = new Outputs(1, 2, 2, new float[] {1, 2}, new float[] {3, 4});

        // When
        Outcome outcome = encoder.encode(new Known(true), record(0, 0, -1), Sample.getDefaultInstance(), outputs, 0);

        // Then
        TeacherOutput output = ((Outcome.Scored) outcome).output();
        assertThat(output.getFeatures().isEmpty()).isTrue();
        assertThat(output.getFeatureNorm()).isEqualTo(5);
        assertThat(output.getSampleTimeMillis()).as("a record without a time").isZero();
        assertThat(Vectors.unpack(output.getEncoding(), output.getLogits())).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesALogitOrAFeatureThatIsNotFinite(float value) {
        // Given
        TeacherOutputEncoder encoder = new TeacherOutputEncoder(VectorEncoding.VECTOR_ENCODING_FLOAT32, () -> false);
        Outputs badLogit = new Outputs(1, 3, 1, new float[] {1, value, 3}, new float[] {1});
        Outputs badFeature = new Outputs(1, 2, 2, new float[] {1, 2}, new float[] {value, 1});

        // When
        Outcome.Refused logit = refused(encoder, badLogit, 0);
        Outcome.Refused feature = refused(encoder, badFeature, 0);

        // Then
        assertThat(logit.reason()).isEqualTo(Refusal.NON_FINITE_OUTPUT);
        assertThat(logit.detail()).startsWith("a logit of the teacher").endsWith("index 1 is " + value);
        assertThat(feature.reason()).isEqualTo(Refusal.NON_FINITE_OUTPUT);
        assertThat(feature.detail()).startsWith("a feature of the teacher").endsWith("index 0 is " + value);
    }

    @Test
    void refusesWhatTheWireEncodingCannotHold() {
        // Given: 65520 rounds to infinity in binary16, the number below does not
        Outputs large = new Outputs(2, 2, 0, new float[] {65519f, 0, 0, -65520f}, new float[0]);
        TeacherOutputEncoder narrow = new TeacherOutputEncoder(VectorEncoding.VECTOR_ENCODING_FLOAT16, () -> false);
        TeacherOutputEncoder wide = new TeacherOutputEncoder(VectorEncoding.VECTOR_ENCODING_FLOAT32, () -> false);

        // When // Then
        assertThat(encode(narrow, large, 0)).isInstanceOf(Outcome.Scored.class);
        assertThat(refused(narrow, large, 1).detail())
                .contains("VECTOR_ENCODING_FLOAT16")
                .endsWith("-65520.0");
        assertThat(encode(wide, large, 1)).isInstanceOf(Outcome.Scored.class);
    }

    @Test
    void doesNotMindABadValueOfAnotherSampleOfTheBatch() {
        // Given
        TeacherOutputEncoder encoder = new TeacherOutputEncoder(VectorEncoding.VECTOR_ENCODING_FLOAT32, () -> false);
        Outputs outputs = new Outputs(2, 2, 1, new float[] {Float.NaN, 1, 2, 3}, new float[] {1, 1});

        // When // Then
        assertThat(encode(encoder, outputs, 0)).isInstanceOf(Outcome.Refused.class);
        assertThat(encode(encoder, outputs, 1)).isInstanceOf(Outcome.Scored.class);
    }

    private static Outcome encode(TeacherOutputEncoder encoder, Outputs outputs, int index) {
        return encoder.encode(new Known(false), record(0, index, 1), Sample.getDefaultInstance(), outputs, index);
    }

    private static Outcome.Refused refused(TeacherOutputEncoder encoder, Outputs outputs, int index) {
        return (Outcome.Refused) encode(encoder, outputs, index);
    }

    private static ConsumerRecord<byte[], byte[]> record(int partition, long offset, long time) {
        return new ConsumerRecord<>(
                "samples",
                partition,
                offset,
                time,
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                java.util.Optional.empty());
    }

    /** A teacher whose outputs the test gives itself. */
    private record Known(boolean omitsFeatures) implements Teacher {

        @Override
        public TeacherReference reference() {
            return TeacherReference.newBuilder()
                    .setName("known")
                    .setGeneration(2)
                    .build();
        }

        @Override
        public ModelDescription description() {
            throw new UnsupportedOperationException();
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
        public void decode(Sample sample, FloatBuffer destination) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Outputs infer(FloatBuffer pixels, int count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
