// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.VectorEncoding;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VectorsTest {

    @Test
    void float32SurvivesUnchanged() {
        // Given
        float[] values = {0f, -0f, 1.5f, Float.MIN_VALUE, -Float.MAX_VALUE, Float.NaN, Float.POSITIVE_INFINITY};

        // When
        ByteString packed = Vectors.packFloat32(values, 0, values.length);

        // Then
        assertThat(packed.size()).isEqualTo(values.length * 4);
        assertThat(Vectors.unpack(VectorEncoding.VECTOR_ENCODING_FLOAT32, packed))
                .containsExactly(values);
    }

    @Test
    void float32IsLittleEndian() {
        // When
        ByteString packed = Vectors.packFloat32(new float[] {9f, 1f}, 1, 1);

        // Then
        assertThat(packed.toByteArray()).containsExactly(0, 0, 0x80, 0x3f);
    }

    @Test
    void everyHalfSurvivesTheWayThroughFloat() {
        for (int half = 0; half <= 0xffff; half++) {
            float value = Half.toFloat((short) half);
            if (!Float.isNaN(value)) {
                assertThat(Half.fromFloat(value)).as("half %x", half).isEqualTo((short) half);
            }
        }
    }

    @Test
    void halfRoundsToNearestEven() {
        assertThat(Half.fromFloat(1f + 0x1p-11f)).isEqualTo((short) 0x3c00);
        assertThat(Half.fromFloat(1f + 3 * 0x1p-11f)).isEqualTo((short) 0x3c02);
        assertThat(Half.fromFloat(65519.996f)).isEqualTo((short) 0x7bff);
        assertThat(Half.fromFloat(65520f)).isEqualTo((short) 0x7c00);
        assertThat(Half.fromFloat(0x1p-25f)).isEqualTo((short) 0);
        assertThat(Half.fromFloat(0x1.8p-25f)).isEqualTo((short) 1);
        assertThat(Half.toFloat(Half.fromFloat(Float.NaN))).isNaN();
    }

    @Test
    void halfErrorIsAtMostHalfAnUlp() {
        // Given
        Random random = new Random(7);
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (random.nextFloat() - 0.5f) * 200;
        }

        // When
        float[] back = Vectors.unpack(
                VectorEncoding.VECTOR_ENCODING_FLOAT16,
                Vectors.pack(VectorEncoding.VECTOR_ENCODING_FLOAT16, values, 0, values.length));

        // Then
        for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(back[i] - values[i])).isLessThanOrEqualTo(Math.abs(values[i]) * 0x1p-11f + 0x1p-25f);
        }
    }

    @Test
    void refusesWhatIsNoVector() {
        assertThatThrownBy(() -> Vectors.unpack(
                        VectorEncoding.VECTOR_ENCODING_FLOAT32, ByteString.copyFrom(new byte[] {1, 2, 3})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 bytes");
        assertThatThrownBy(() -> Vectors.unpack(VectorEncoding.VECTOR_ENCODING_UNSPECIFIED, ByteString.EMPTY))
                .hasMessageContaining("unknown");
    }
}
