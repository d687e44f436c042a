// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every data set is opened and every image of it is read, or refused by a {@link DataSetException} that names the file.
 *
 * <p>Input: one byte that picks the kind of data set, then the file; for IDX with labels, one byte that says how many of the last bytes
 * are the file of labels.
 */
class DataSetFuzzTest {

    private static final int LOOKED_AT = 5;

    @TempDir
    static Path directory;

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyDataSetIsReadOrRefused(byte[] input) {
        if (input.length < 2) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        switch (Math.floorMod(input[0], 7)) {
            case 0 -> readIdx(rest);
            case 1 ->
                read(TestFiles.write(directory.resolve("plain/t10k-images-idx3-ubyte.gz"), rest)
                        .getParent());
            case 2 ->
                read(TestFiles.write(directory.resolve("cifar/data_batch_1.bin"), rest)
                        .getParent());
            case 3 -> read(TestFiles.write(directory.resolve("plain.tar"), rest));
            case 4 -> read(TestFiles.write(directory.resolve("packed.tar.gz"), TestFiles.gzip(rest)));
            case 5 -> read(TestFiles.write(directory.resolve("small.tar.xz"), rest));
            default ->
                read(TestFiles.write(directory.resolve("folder/a.png"), rest).getParent());
        }
    }

    private static void readIdx(byte[] rest) {
        int labels = Math.min(rest[0] & 0xff, rest.length - 1);
        byte[] images = Arrays.copyOfRange(rest, 1, rest.length - labels);
        TestFiles.write(directory.resolve("labelled/train-images-idx3-ubyte"), images);
        Path file = TestFiles.write(
                directory.resolve("labelled/train-labels-idx1-ubyte"),
                Arrays.copyOfRange(rest, rest.length - labels, rest.length));
        read(file.getParent());
    }

    private static void read(Path path) {
        try {
            DataSet set = DataSets.open(path);
            assertThat(set.size()).isPositive();
            assertThat(set.classCount()).isBetween(0, 256);
            set.parts().values().forEach(DataSetFuzzTest::look);
        } catch (DataSetException e) {
            assertThat(e.getMessage()).startsWith(directory.toString()).contains(": ");
        }
    }

    private static void look(Images images) {
        for (int i = 0; i < Math.min(images.size(), LOOKED_AT); i++) {
            ImageShape shape = images.shape(i);
            assertThat(images.payload(i)).isNotEmpty();
            assertThat(images.contentType(i)).matches("image/(png|jpeg)|application/x-tensor;.*");
            assertThat(images.label(i)).isBetween(Images.NO_LABEL, 255);
            Pixels pixels = images.pixels(i);
            assertThat(pixels.shape().height()).isEqualTo(shape.height());
            assertThat(pixels.shape().width()).isEqualTo(shape.width());
            ImageShape wanted = new ImageShape(1, 4, 4);
            assertThat(images.sample(i, "fuzz", i, wanted).getPayload().isEmpty())
                    .isFalse();
        }
    }

    static Stream<byte[]> seeds() {
        byte[] images = TestFiles.idxImages(2, 3, 1);
        byte[] labels = TestFiles.idxLabels(1, 7);
        byte[] cifar = new byte[3073];
        cifar[0] = 9;
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("train/cat/a.png", TestFiles.image("png", BufferedImage.TYPE_BYTE_GRAY, 4, 4, 7));
        entries.put("test/dog/b.jpg", TestFiles.image("jpg", BufferedImage.TYPE_BYTE_GRAY, 4, 4, 7));
        byte[] tar = TestFiles.tar(entries);
        return Stream.of(
                seed(0, seed(labels.length, joined(images, labels))),
                seed(1, images),
                seed(1, TestFiles.gzip(images)),
                seed(2, cifar),
                seed(3, tar),
                seed(4, tar),
                seed(5, xz(tar)),
                seed(6, TestFiles.png(0x102030)),
                seed(6, TestFiles.jpeg(0x102030)));
    }

    private static byte[] xz(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new XZCompressorOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static byte[] joined(byte[] one, byte[] two) {
        byte[] all = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, all, one.length, two.length);
        return all;
    }

    private static byte[] seed(int first, byte[] rest) {
        return joined(new byte[] {(byte) first}, rest);
    }
}
