// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10ReaderTest {
    private static final int RECORD = 3073;

    @TempDir
    Path directory;

    @Test
    void readsBatchesInTheOrderOfTheirNumbers() {
        // Given
        TestFiles.write(directory.resolve("data_batch_10.bin"), records(7));
        TestFiles.write(directory.resolve("data_batch_2.bin"), records(4, 5));
        TestFiles.write(directory.resolve("test_batch.bin"), records(9));

        // When
        DataSet set = DataSets.open(directory);

        // Then
        Images train = set.part(Part.TRAIN).orElseThrow();
        assertThat(set.shape()).isEqualTo(new ImageShape(3, 32, 32));
        assertThat(set.classes()).hasSize(10).startsWith("airplane").endsWith("truck");
        assertThat(train.size()).isEqualTo(3);
        assertThat(new int[] {train.label(0), train.label(1), train.label(2)}).containsExactly(4, 5, 7);
        assertThat(train.pixels(1).at(0, 0, 0)).isEqualTo(50);
        assertThat(train.pixels(1).at(2, 31, 31)).isEqualTo(52);
        assertThat(set.part(Part.TEST).orElseThrow().label(0)).isEqualTo(9);
    }

    @Test
    void refusesAPieceOfARecord() {
        // Given
        TestFiles.write(directory.resolve("data_batch_1.bin"), Arrays.copyOf(records(1, 2), RECORD + 5));

        // When // Then
        assertThatThrownBy(() -> DataSets.open(directory))
                .isInstanceOf(DataSetException.class)
                .hasMessageContaining("data_batch_1.bin: truncated, or not CIFAR-10: its 3078 bytes");
    }

    @Test
    void refusesALabelThatDoesNotExist() {
        // Given
        TestFiles.write(directory.resolve("test_batch.bin"), records(1, 10));

        // When // Then
        assertThatThrownBy(() -> DataSets.open(directory)).hasMessageContaining("record 1 has label 10");
    }

    /** A record for each label whose channels are filled with 10 times the label, plus 0, 1 and 2. */
    private static byte[] records(int... labels) {
        byte[] bytes = new byte[labels.length * RECORD];
        for (int i = 0; i < labels.length; i++) {
            bytes[i * RECORD] = (byte) labels[i];
            for (int channel = 0; channel < 3; channel++) {
                int from = i * RECORD + 1 + channel * 1024;
                Arrays.fill(bytes, from, from + 1024, (byte) (10 * labels[i] + channel));
            }
        }
        return bytes;
    }
}
