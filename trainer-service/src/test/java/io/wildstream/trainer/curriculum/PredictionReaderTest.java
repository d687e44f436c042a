// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.trainer.curriculum.RecordParser.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionReaderTest {

    private static final float[] LOGITS = {1.5f, -2, 0.25f};

    private final PredictionReader reader = new PredictionReader(3);

    @ParameterizedTest
    @EnumSource(
            value = VectorEncoding.class,
            names = {"VECTOR_ENCODING_FLOAT32", "VECTOR_ENCODING_FLOAT16"})
    void bothEncodingsAreRead(VectorEncoding encoding) throws BadPredictionException {
        // Given
        TeacherOutput output = TeacherOutput.newBuilder()
                .setEncoding(encoding)
                .setLogits(Vectors.pack(encoding, LOGITS, 0, 3))
                .setFeatures(Vectors.pack(encoding, new float[] {3, 4}, 0, 2))
                .setFeatureNorm(5)
                .setTeacher(TeacherReference.newBuilder().setDigest("ab"))
                .build();

        // When
        TeacherPrediction prediction = reader.read(output, 0);

        // Then
        assertThat(prediction.logits()).containsExactly(LOGITS);
        assertThat(prediction.features()).containsExactly(3, 4);
        assertThat(prediction.featureNorm()).isEqualTo(5);
        assertThat(prediction.pseudoLabel()).isZero();
        assertThat(prediction.digest()).isEqualTo("ab");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aPseudoLabelThatIsNotAClassIsRefused(int label) {
        assertRefused(output(LOGITS).build(), label, Reason.BAD_LABEL, "of 3 classes");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aLogitThatIsNotFiniteIsRefused(float logit) {
        assertRefused(output(new float[] {0, logit, 1}).build(), 0, Reason.BAD_LOGITS, "a logit is " + logit);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4})
    void anotherNumberOfLogitsIsRefused(int count) {
        assertRefused(
                output(new float[count]).build(), 0, Reason.BAD_LOGITS, count + " logits, the student has 3 classes");
    }

    @Test
    void bytesThatAreNotWholeValuesAreRefused() {
        assertThatThrownBy(() -> reader.read(
                        output(LOGITS)
                                .setLogits(ByteString.copyFrom(new byte[11]))
                                .build(),
                        0))
                .isInstanceOf(BadPredictionException.class);
    }

    @Test
    void aDigestThatIsLongerThanAnyIsRefused() {
        TeacherOutput.Builder output = output(LOGITS);
        output.getTeacherBuilder().setDigest("x".repeat(129));
        assertRefused(output.build(), 0, Reason.BAD_TEACHER, "129 characters");
    }

    @Test
    void featuresThatCannotBeReadCountAsLeftOut() throws BadPredictionException {
        assertThat(reader.read(
                                output(LOGITS)
                                        .setFeatures(ByteString.copyFrom(new byte[5]))
                                        .build(),
                                1)
                        .features())
                .isEmpty();
        assertThat(reader.read(
                                output(LOGITS)
                                        .setFeatures(Vectors.packFloat32(new float[] {1, Float.NaN}, 0, 2))
                                        .build(),
                                1)
                        .features())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -1})
    void aNormThatCannotBeIsTakenForZero(float norm) throws BadPredictionException {
        assertThat(reader.read(output(LOGITS).setFeatureNorm(norm).build(), 1).featureNorm())
                .isZero();
    }

    private static TeacherOutput.Builder output(float[] logits) {
        return TeacherOutput.newBuilder()
                .setEncoding(VectorEncoding.VECTOR_ENCODING_FLOAT32)
                .setLogits(Vectors.packFloat32(logits, 0, logits.length));
    }

    private void assertRefused(TeacherOutput output, int label, Reason reason, String detail) {
        assertThatThrownBy(() -> reader.read(output, label)).isInstanceOfSatisfying(BadPredictionException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e.detail()).contains(detail);
        });
    }
}
