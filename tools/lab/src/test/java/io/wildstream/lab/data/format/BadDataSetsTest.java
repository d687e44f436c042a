// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Images;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Data sets that are none: each is refused by the name of its file and in words. */
class BadDataSetsTest {

    private static final byte[] IMAGES = TestFiles.idxImages(3, 4, 1);
    private static final byte[] LABELS = TestFiles.idxLabels(1, 2, 3);
    private static final byte[] PNG = TestFiles.png(0x102030);
    private static final byte[] JPEG = TestFiles.jpeg(0x102030);

    @TempDir
    Path directory;

    /** Files of one bad data set, the one that is opened ("" for the directory), and what is said. */
    record Case(String name, Map<String, byte[]> files, String opened, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        idx(cases);
        cifar(cases);
        archives(cases);
        images(cases);
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedByItsNameAndReason(Case bad) {
        // Given
        bad.files()
                .forEach((name, bytes) ->
                        TestFiles.write(directory.resolve("set").resolve(name), bytes));

        // When // Then
        assertThatThrownBy(() -> readAll(directory.resolve("set").resolve(bad.opened())))
                .isInstanceOf(DataSetException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(bad.message());
    }

    @Test
    void aLinkToADeviceIsNoImage() throws IOException {
        // Given
        Path set = Files.createDirectories(directory.resolve("set"));
        Files.createSymbolicLink(set.resolve("a.png"), Path.of("/dev/zero"));

        // When // Then
        assertThatThrownBy(() -> DataSets.open(set)).hasMessageContaining("is not an image set");
    }

    @Test
    void allAreDifferent() throws IOException {
        Set<String> inputs = new HashSet<>();
        cases().forEach(bad -> {
            StringBuilder input = new StringBuilder(bad.opened());
            bad.files().forEach((name, bytes) -> input.append(name).append(Arrays.hashCode(bytes)));
            inputs.add(input.toString());
        });
        assertThat(inputs).hasSameSizeAs(cases()).hasSizeGreaterThanOrEqualTo(55);
    }

    private static void readAll(Path path) {
        DataSet set = DataSets.open(path);
        for (Images images : set.parts().values()) {
            for (int i = 0; i < images.size(); i++) {
                images.shape(i);
                images.pixels(i);
            }
        }
    }

    private static void idx(List<Case> cases) {
        for (int magic : new int[] {0, 0x801, 0x802, 0x804, 0x10803, -1}) {
            byte[] bytes = IMAGES.clone();
            ByteBuffer.wrap(bytes).putInt(0, magic);
            cases.add(idx("magic " + magic, bytes, "bad magic number"));
        }
        for (int length : new int[] {0, 1, 3, 4, 8, 15}) {
            cases.add(idx("header of " + length, Arrays.copyOf(IMAGES, length), "truncated"));
        }
        for (int length : new int[] {16, 17, 40, IMAGES.length - 1}) {
            cases.add(idx("cut after " + length, Arrays.copyOf(IMAGES, length), "truncated: its header promises 48"));
        }
        cases.add(idx("one byte more", Arrays.copyOf(IMAGES, IMAGES.length + 1), "holds more than the 48 bytes"));
        for (int count : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            cases.add(idx("count " + count, header(4, count), "none, or too many"));
        }
        for (int side : new int[] {0, -4, 4097, Integer.MAX_VALUE}) {
            cases.add(idx("height " + side, header(8, side), "impossible header"));
            cases.add(idx("width " + side, header(12, side), "impossible header"));
        }
        byte[] packed = TestFiles.gzip(IMAGES);
        for (int length : new int[] {2, 9, 20, packed.length - 9}) {
            cases.add(idx("gzip cut after " + length, Arrays.copyOf(packed, length), "truncated"));
        }
        byte[] damaged = packed.clone();
        Arrays.fill(damaged, 12, 20, (byte) 0xff);
        cases.add(idx("gzip damaged", damaged, ": "));
        labels(cases, "two labels", TestFiles.idxLabels(1, 2), "has 2 labels for the 3 images");
        labels(cases, "four labels", TestFiles.idxLabels(1, 2, 3, 4), "has 4 labels for the 3 images");
        labels(cases, "no labels", TestFiles.idx(0x801, 0), "none, or too many");
        labels(cases, "labels cut", Arrays.copyOf(LABELS, LABELS.length - 1), "truncated");
        labels(cases, "images as labels", IMAGES, "bad magic number");
        cases.add(new Case(
                "labels alone", Map.of("train-labels-idx1-ubyte", LABELS), "", "labels without a file of images"));
        cases.add(new Case(
                "images twice",
                Map.of("train-images-idx3-ubyte", IMAGES, "train-images-idx3-ubyte.gz", packed),
                "",
                "holds the same part as"));
        cases.add(new Case(
                "parts of two sizes",
                Map.of("train-images-idx3-ubyte", IMAGES, "t10k-images-idx3-ubyte", TestFiles.idxImages(2, 5, 1)),
                "",
                "images of the train part are"));
        cases.add(new Case(
                "a file of a set",
                Map.of("train-images-idx3-ubyte", IMAGES),
                "train-images-idx3-ubyte",
                "is one file of"));
    }

    private static void cifar(List<Case> cases) {
        for (int length : new int[] {0, 1, 3072, 3074, 6145}) {
            cases.add(new Case(
                    "cifar of " + length,
                    Map.of("data_batch_1.bin", new byte[length]),
                    "",
                    "truncated, or not CIFAR-10"));
        }
        for (int label : new int[] {10, 128, 255}) {
            byte[] record = new byte[3073];
            record[0] = (byte) label;
            cases.add(new Case("cifar label " + label, Map.of("test_batch.bin", record), "", "has label " + label));
        }
    }

    private static void archives(List<Case> cases) throws IOException {
        byte[] tar = TestFiles.tar(Map.of("a.png", PNG));
        for (String name :
                List.of("../a.png", "/a.png", "x/../../a.png", "..\\a.png", ".//a.png", "././/a.png", "a/..")) {
            cases.add(archive("entry " + name, TestFiles.tar(Map.of(name, PNG)), "points outside the archive"));
        }
        for (byte type :
                new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_FIFO, TarConstants.LF_CHR}) {
            cases.add(archive("a link or device " + type, special(type), "holds no .png, .jpg or .jpeg file"));
        }
        cases.add(archive("no entries", TestFiles.tar(Map.of()), ": "));
        cases.add(archive("text only", TestFiles.tar(Map.of("a.txt", PNG)), "holds no .png, .jpg or .jpeg file"));
        cases.add(archive("a false image", TestFiles.tar(Map.of("a.png", "text".getBytes(UTF_8))), "is neither a PNG"));
        cases.add(archive("an empty image", TestFiles.tar(Map.of("a.png", new byte[0])), "is neither a PNG"));
        cases.add(
                archive("too deep", TestFiles.tar(Map.of("a/b/c.png", PNG, "d/e/f.png", PNG)), "too many directories"));
        cases.add(archive("mixed", TestFiles.tar(Map.of("a/b.png", PNG, "c.png", PNG)), "is beside directories"));
        cases.add(archive("cut", Arrays.copyOf(tar, 540), "truncated"));
        cases.add(archive("a bad checksum", changed(tar, 0, (byte) 'b'), "does not fit its checksum"));
        cases.add(archive("a huge size", changed(tar, 124, (byte) '7'), ": "));
        cases.add(archive("gzip of nothing", TestFiles.gzip(new byte[0]), "holds no tar archive"));
        cases.add(archive("gzip of text", TestFiles.gzip("text".getBytes(UTF_8)), "holds no tar archive"));
        cases.add(archive("half a gzip", Arrays.copyOf(TestFiles.gzip(tar), 60), "truncated or damaged"));
        cases.add(archive("text", "no archive".getBytes(UTF_8), "is neither a directory nor a tar archive"));
        cases.add(archive("nothing", new byte[0], "is neither a directory nor a tar archive"));
        cases.add(archive(
                "xz of noise", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 9, 9, 9}, "truncated or damaged"));
        cases.add(new Case("absent", Map.of("a.png", PNG), "b.tar", "does not exist"));
        cases.add(new Case("archives in a directory", Map.of("a.tar", tar), "", "holds archives, not images"));
    }

    private static void images(List<Case> cases) {
        cases.add(new Case("no images", Map.of("readme.txt", PNG), "", "is not an image set"));
        cases.add(
                new Case("text as png", Map.of("a.png", "text".getBytes(UTF_8)), "", "neither a PNG nor a JPEG file"));
        cases.add(new Case("png without pixels", Map.of("a.png", Arrays.copyOf(PNG, 33)), "", "cannot be decoded"));
        cases.add(
                new Case("half a header", Map.of("a.png", Arrays.copyOf(PNG, 20)), "", "the PNG header is cut short"));
        cases.add(new Case("half a png", Map.of("a.png", Arrays.copyOf(PNG, PNG.length / 2)), "", "cannot be decoded"));
        cases.add(new Case("jpeg without frame", Map.of("a.jpg", Arrays.copyOf(JPEG, 40)), "", "has no frame header"));
        cases.add(new Case(
                "jpeg cut short", Map.of("a.jpg", Arrays.copyOf(JPEG, JPEG.length - 8)), "", "cannot be decoded"));
        for (int side : new int[] {0, -1, 4097, Integer.MAX_VALUE}) {
            byte[] bomb = PNG.clone();
            ByteBuffer.wrap(bomb).putInt(16, side);
            cases.add(new Case("png of width " + side, Map.of("a.png", bomb), "", "sides of"));
        }
    }

    private static Case idx(String name, byte[] bytes, String message) {
        return new Case("idx " + name, Map.of("train-images-idx3-ubyte", bytes), "", message);
    }

    private static void labels(List<Case> cases, String name, byte[] labels, String message) {
        cases.add(new Case(
                name, Map.of("train-images-idx3-ubyte", IMAGES, "train-labels-idx1-ubyte", labels), "", message));
    }

    private static Case archive(String name, byte[] bytes, String message) {
        return new Case("archive with " + name, Map.of("set.tar", bytes), "set.tar", message);
    }

    private static byte[] header(int at, int value) {
        byte[] bytes = IMAGES.clone();
        ByteBuffer.wrap(bytes).putInt(at, value);
        return bytes;
    }

    private static byte[] changed(byte[] bytes, int at, byte value) {
        byte[] changed = bytes.clone();
        changed[at] = value;
        return changed;
    }

    private static byte[] special(byte type) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("a.png", type);
            entry.setLinkName("/etc/passwd");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }
}
