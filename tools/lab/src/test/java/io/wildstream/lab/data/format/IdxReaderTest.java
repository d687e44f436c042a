// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import io.wildstream.lab.data.Pixels;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdxReaderTest {
    @TempDir
    Path directory;

    @Test
    void readsBothPartsPlainAndCompressed() {
        // Given
        byte[] train = TestFiles.idxImages(6, 5, 1);
        write("train-images-idx3-ubyte", train);
        write("train-labels-idx1-ubyte.gz", TestFiles.gzip(TestFiles.idxLabels(0, 1, 2, 2, 1, 0)));
        write("t10k-images-idx3-ubyte.gz", TestFiles.gzip(TestFiles.idxImages(2, 5, 2)));
        write("t10k-labels-idx1-ubyte", TestFiles.idxLabels(2, 3));

        // When
        DataSet set = DataSets.open(directory);

        // Then
        Images images = set.part(Part.TRAIN).orElseThrow();
        assertThat(set.name()).isEqualTo(directory.getFileName().toString());
        assertThat(set.shape()).isEqualTo(new ImageShape(1, 5, 5));
        assertThat(set.size()).isEqualTo(8);
        assertThat(set.classCount()).isEqualTo(4);
        assertThat(set.classNames()).containsExactly("0", "1", "2", "3");
        assertThat(images.labelled()).isTrue();
        assertThat(images.label(2)).isEqualTo(2);
        assertThat(images.payload(1)).isEqualTo(Arrays.copyOfRange(train, 16 + 25, 16 + 50));
        assertThat(images.pixels(1).at(0, 0, 1)).isEqualTo(train[16 + 26] & 0xff);
        assertThat(set.part(Part.TEST).orElseThrow().size()).isEqualTo(2);
    }

    @Test
    void makesTensorSamplesAndTrainingArrays() {
        // Given
        write("train-images-idx3-ubyte", TestFiles.idxImages(4, 5, 1));
        write("train-labels-idx1-ubyte", TestFiles.idxLabels(0, 1, 2, 2));
        DataSet set = DataSets.open(directory);
        Images images = set.trainOrOnly();

        // When
        Sample sample = images.sample(3, "shapes", 7, set.shape());
        ImageSet decoded = set.imageSet(Part.TRAIN);

        // Then
        assertThat(sample.getId()).isEqualTo("shapes-7");
        assertThat(sample.getSource()).isEqualTo("shapes");
        assertThat(sample.getContentType()).isEqualTo("application/x-tensor;dtype=uint8;shape=1,5,5");
        assertThat(sample.getPayload().toByteArray()).isEqualTo(images.payload(3));
        assertThat(Pixels.of(sample).values()).isEqualTo(images.payload(3));
        assertThat(decoded.labels()).containsExactly(0, 1, 2, 2);
        assertThat(decoded.classes()).containsExactly("0", "1", "2");
        assertThat(Arrays.copyOfRange(decoded.pixels(), 75, 100)).isEqualTo(images.payload(3));
    }

    @Test
    void readsOnePartWithoutLabels() {
        // Given
        write("t10k-images-idx3-ubyte", TestFiles.idxImages(3, 4, 1));

        // When
        DataSet set = DataSets.open(directory);

        // Then
        assertThat(set.part(Part.TRAIN)).isEmpty();
        assertThat(set.trainOrOnly().size()).isEqualTo(3);
        assertThat(set.trainOrOnly().label(0)).isEqualTo(Images.NO_LABEL);
        assertThat(set.trainOrOnly().labelled()).isFalse();
        assertThat(set.classNames()).isEmpty();
        assertThatThrownBy(() -> set.imageSet(Part.TEST)).hasMessageContaining("Image 0 has no label");
        assertThatThrownBy(() -> set.imageSet(Part.TRAIN)).hasMessageContaining("has no TRAIN part");
    }

    @Test
    void namesTheFileWithABadMagicNumber() {
        write("train-images-idx3-ubyte", TestFiles.idx(0x801, 3));
        assertOpenFails("train-images-idx3-ubyte: bad magic number 0x00000801");
    }

    @Test
    void namesATruncatedFile() {
        write("train-images-idx3-ubyte", Arrays.copyOf(TestFiles.idxImages(6, 5, 1), 100));
        assertOpenFails("train-images-idx3-ubyte: truncated: its header promises 150 bytes, it holds 84");
    }

    @Test
    void namesAFileTruncatedInItsHeader() {
        write("train-images-idx3-ubyte", new byte[] {0, 0, 8, 3, 0, 0});
        assertOpenFails("train-images-idx3-ubyte: truncated");
    }

    @Test
    void namesATruncatedCompressedFile() {
        byte[] whole = TestFiles.gzip(TestFiles.idxImages(6, 5, 1));
        write("train-images-idx3-ubyte.gz", Arrays.copyOf(whole, whole.length / 2));
        assertOpenFails("train-images-idx3-ubyte.gz: truncated");
    }

    @Test
    void namesADamagedCompressedFile() {
        byte[] whole = TestFiles.gzip(TestFiles.idxImages(6, 5, 1));
        whole[whole.length - 6] ^= 0x55;
        write("train-images-idx3-ubyte.gz", whole);
        assertOpenFails("train-images-idx3-ubyte.gz: damaged");
    }

    @Test
    void refusesMoreBytesThanPromised() {
        byte[] whole = TestFiles.idxImages(2, 5, 1);
        write("train-images-idx3-ubyte", Arrays.copyOf(whole, whole.length + 1));
        assertOpenFails("holds more than the 50 bytes");
    }

    @ParameterizedTest
    @CsvSource({"5, 0, 5", "5, 5, 100000", "5, -1, 5"})
    void refusesImpossibleSizes(int count, int height, int width) {
        write("train-images-idx3-ubyte", TestFiles.idx(0x803, count, height, width));
        assertOpenFails("impossible header");
    }

    @ParameterizedTest
    @CsvSource({"0", "-4", "2000000000"})
    void refusesImpossibleCounts(int count) {
        write("train-images-idx3-ubyte", TestFiles.idx(0x803, count, 28, 28));
        assertOpenFails("its header promises " + count + " items");
    }

    @Test
    void refusesAHeaderOfMoreThanTheLimitWithoutReadingOn() {
        write("train-images-idx3-ubyte.gz", TestFiles.gzip(TestFiles.idx(0x803, 1_500_000, 28, 28)));
        assertOpenFails("its header promises 1500000 items of 784 bytes: none, or too many; at most 1073741824 bytes");
    }

    @Test
    void takesNoMoreMemoryThanACompressedFileCanFill() {
        // Given
        byte[] small = TestFiles.gzip(TestFiles.idxWithBody(0x803, new int[] {1_300_000, 28, 28}, new byte[100_000]));
        write("train-images-idx3-ubyte.gz", small);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        // When
        assertOpenFails("truncated: its header promises 1019200000 bytes, it holds 100000");

        // Then
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16L << 20);
    }

    @Test
    void readsACompressedFileNoFurtherThanItsHeaderPromises() {
        // Given
        byte[] bomb = TestFiles.gzip(TestFiles.idxWithBody(0x803, new int[] {2, 5, 5}, new byte[64 << 20]));
        write("train-images-idx3-ubyte.gz", bomb);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        // When
        assertOpenFails("holds more than the 50 bytes that its header promises");

        // Then
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16L << 20);
    }

    @Test
    void namesLabelsThatDoNotMatchTheImages() {
        write("train-images-idx3-ubyte", TestFiles.idxImages(3, 5, 1));
        write("train-labels-idx1-ubyte", TestFiles.idxLabels(1, 2));
        assertOpenFails("train-labels-idx1-ubyte: has 2 labels for the 3 images of train-images-idx3-ubyte");
    }

    @Test
    void refusesLabelsWithoutImages() {
        write("train-labels-idx1-ubyte", TestFiles.idxLabels(1, 2));
        assertOpenFails("labels without a file of images");
    }

    @Test
    void refusesTwoFilesForOnePart() {
        write("train-images-idx3-ubyte", TestFiles.idxImages(3, 5, 1));
        write("train-images-idx3-ubyte.gz", TestFiles.gzip(TestFiles.idxImages(3, 5, 1)));
        assertOpenFails("holds the same part as");
    }

    @Test
    void refusesPartsOfDifferentSizes() {
        write("train-images-idx3-ubyte", TestFiles.idxImages(3, 5, 1));
        write("t10k-images-idx3-ubyte", TestFiles.idxImages(3, 6, 1));
        assertOpenFails("images of the train part are 1x5x5, of the test part 1x6x6");
    }

    private void write(String name, byte[] bytes) {
        TestFiles.write(directory.resolve(name), bytes);
    }

    private void assertOpenFails(String message) {
        assertThatThrownBy(() -> DataSets.open(directory))
                .isInstanceOf(DataSetException.class)
                .hasMessageContaining(message);
    }
}
