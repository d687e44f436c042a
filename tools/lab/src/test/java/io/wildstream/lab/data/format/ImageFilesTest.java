// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.ImageFile;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import io.wildstream.lab.data.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Image files in directories and archives. */
class ImageFilesTest {
    private static final int RED = 0xff0000;
    private static final int BLUE = 0x0000ff;

    @TempDir
    Path directory;

    @Test
    void readsPartsAndClassesFromDirectories() {
        // Given
        Path root = directory.resolve("pets");
        unpack(root, petsWithParts());

        // When
        DataSet set = DataSets.open(root);

        // Then
        assertPets(set);
        assertThat(set.name()).isEqualTo("pets");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar", "tar.gz", "tar.xz"})
    void readsAnArchiveLikeTheDirectory(String ending) throws IOException {
        // Given
        Map<String, byte[]> inner = new LinkedHashMap<>();
        petsWithParts().forEach((name, bytes) -> inner.put("./pets/" + name, bytes));
        inner.put("pets/README.md", "not an image".getBytes(StandardCharsets.UTF_8));
        Path archive = archive("pets." + ending, TestFiles.tar(inner));

        // When
        DataSet set = DataSets.open(archive);

        // Then
        assertPets(set);
        assertThat(set.name()).isEqualTo("pets");
    }

    private static void assertPets(DataSet set) {
        Images train = set.part(Part.TRAIN).orElseThrow();
        Images test = set.part(Part.TEST).orElseThrow();
        assertThat(set.classes()).containsExactly("cat", "dog");
        assertThat(set.shape()).isEqualTo(new ImageShape(3, 8, 8));
        // Classes take turns, so that the first images of a part are balanced.
        assertThat(IntStream.range(0, train.size()).map(train::label)).containsExactly(0, 1, 0, 1, 1);
        assertThat(test.size()).isEqualTo(2);
        assertThat(train.contentType(0)).isEqualTo("image/jpeg");
        assertThat(train.contentType(1)).isEqualTo("image/png");
        assertThat(train.pixels(1).at(0, 4, 4)).isZero();
        assertThat(train.pixels(1).at(2, 4, 4)).isEqualTo(255);
    }

    @Test
    void keepsImageFilesEncodedAsSamples() {
        // Given
        unpack(
                directory,
                Map.of(
                        "a.jpg",
                        TestFiles.jpeg(RED),
                        "b.png",
                        TestFiles.image("png", BufferedImage.TYPE_BYTE_GRAY, 8, 8, 77)));
        Images images = DataSets.open(directory).trainOrOnly();
        ImageShape wanted = new ImageShape(3, 8, 8);

        // When
        Sample colour = images.sample(0, "s", 0, wanted);
        Sample gray = images.sample(1, "s", 1, wanted);
        Sample smaller = images.sample(1, "s", 1, new ImageShape(3, 4, 4));

        // Then
        assertThat(colour.getContentType()).isEqualTo("image/jpeg");
        assertThat(colour.getPayload().toByteArray()).isEqualTo(TestFiles.jpeg(RED));
        assertThat(gray.getContentType()).isEqualTo("image/png");
        assertThat(Pixels.of(gray).at(0, 3, 3)).isEqualTo(77);
        assertThat(smaller.getContentType()).isEqualTo("application/x-tensor;dtype=uint8;shape=3,4,4");
        assertThat(smaller.getPayload().toByteArray()).hasSize(48).containsOnly(77);
    }

    @Test
    void readsFlatAndClassDirectories() {
        // Given
        unpack(
                directory.resolve("flat"),
                Map.of("b.JPEG", TestFiles.jpeg(RED), "a.png", TestFiles.png(BLUE), ".hidden.png", new byte[1]));
        unpack(directory.resolve("classes"), Map.of("x/1.png", TestFiles.png(RED), "y/1.png", TestFiles.png(BLUE)));

        // When
        DataSet flat = DataSets.open(directory.resolve("flat"));
        DataSet classes = DataSets.open(directory.resolve("classes"));

        // Then
        assertThat(flat.trainOrOnly().size()).isEqualTo(2);
        assertThat(flat.trainOrOnly().label(0)).isEqualTo(Images.NO_LABEL);
        assertThat(flat.trainOrOnly().contentType(0)).isEqualTo("image/png");
        assertThat(flat.classes()).isEmpty();
        assertThat(classes.classes()).containsExactly("x", "y");
        assertThat(classes.parts()).containsOnlyKeys(Part.TRAIN);
        assertThat(classes.imageSet(Part.TRAIN).labels()).containsExactly(0, 1);
    }

    @Test
    void followsALinkToADirectory() throws IOException {
        // Given
        unpack(directory.resolve("real"), Map.of("a.png", TestFiles.png(RED)));
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real"));

        // When
        DataSet set = DataSets.open(link);

        // Then
        assertThat(set.name()).isEqualTo("link");
        assertThat(set.size()).isEqualTo(1);
    }

    @Test
    void refusesLayoutsThatItDoesNotUnderstand() {
        unpack(directory.resolve("mixed"), Map.of("x/1.png", TestFiles.png(RED), "2.png", TestFiles.png(RED)));
        unpack(directory.resolve("deep"), Map.of("x/y/z/1.png", TestFiles.png(RED), "w/1.png", TestFiles.png(RED)));
        unpack(directory.resolve("none"), Map.of("notes.txt", new byte[3]));

        assertOpenFails(directory.resolve("mixed"), "2.png: is beside directories of classes");
        assertOpenFails(directory.resolve("deep"), "1.png: is in too many directories");
        assertOpenFails(directory.resolve("none"), "is not an image set");
        assertOpenFails(directory.resolve("absent"), "does not exist");
        assertOpenFails(directory.resolve("none/notes.txt"), "is neither a directory nor a tar archive");
    }

    @Test
    void namesTheArchivesOfADirectoryWithoutImages() {
        TestFiles.write(directory.resolve("natural/a.tar.xz"), new byte[1]);
        TestFiles.write(directory.resolve("natural/b.tgz"), new byte[1]);

        assertOpenFails(directory.resolve("natural"), "holds archives, not images; name one of them: a.tar.xz, b.tgz");
    }

    @Test
    void pointsFromAFileToItsDirectory() {
        Path file = TestFiles.write(directory.resolve("train-images-idx3-ubyte"), TestFiles.idxImages(2, 5, 1));

        assertOpenFails(file, "name the directory that it is in");
    }

    @Test
    void namesAFileThatIsNoImage() {
        // Given
        unpack(
                directory,
                Map.of(
                        "a.png",
                        TestFiles.png(RED),
                        "b.png",
                        "text".getBytes(StandardCharsets.UTF_8),
                        "c.jpg",
                        Arrays.copyOf(TestFiles.jpeg(RED), 200)));
        Images images = DataSets.open(directory).trainOrOnly();

        // When // Then
        assertThatThrownBy(() -> images.pixels(1))
                .hasMessageContaining("b.png: cannot be decoded: neither a PNG nor a JPEG file");
        assertThatThrownBy(() -> images.contentType(1)).hasMessageContaining("b.png: neither a PNG nor a JPEG file");
        assertThatThrownBy(() -> images.pixels(2)).hasMessageContaining("c.jpg: cannot be decoded");
    }

    @Test
    void refusesAHeaderOfHugeSides() {
        // Given
        byte[] png = TestFiles.png(RED);
        png[16] = 0x7f;

        // When // Then
        assertThatThrownBy(() -> ImageFile.decode(png)).hasMessageContaining("sides of 8 x 2130706440 pixels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil.png", "/etc/evil.png", "a/../../evil.png", "..\\evil.png"})
    void refusesArchivesThatPointOutside(String name) {
        // Given
        Path archive = TestFiles.write(directory.resolve("evil.tar"), TestFiles.tar(Map.of(name, TestFiles.png(RED))));

        // When // Then
        assertOpenFails(archive, "points outside the archive");
    }

    @Test
    void namesATruncatedArchive() throws IOException {
        for (String ending : List.of("tar", "tar.gz", "tar.xz")) {
            // Given
            byte[] noise = Arrays.copyOf(TestFiles.png(RED), 50_000);
            new Random(1).nextBytes(Arrays.copyOfRange(noise, 1000, noise.length));
            Path archive = archive("cut." + ending, TestFiles.tar(Map.of("a.png", noise)));
            byte[] whole = Files.readAllBytes(archive);
            Files.write(archive, Arrays.copyOf(whole, whole.length - whole.length / 3));

            // When // Then
            assertOpenFails(archive, "cut." + ending + ": truncated");
        }
    }

    @Test
    void refusesAnArchiveWithoutImagesOrWithFalseOnes() throws IOException {
        byte[] text = "text".getBytes(StandardCharsets.UTF_8);
        assertOpenFails(
                archive("none.tar.gz", TestFiles.tar(Map.of("a.txt", text))), "holds no .png, .jpg or .jpeg file");
        assertOpenFails(archive("false.tar.gz", TestFiles.tar(Map.of("a.png", text))), "entry a.png is neither");
        assertOpenFails(archive("plain.tar.gz", new byte[600]), "is compressed, but holds no tar archive");
    }

    @Test
    void refusesAnEntryThatIsTooLargeBeforeReadingIt() throws IOException {
        // Given
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
        TarArchiveEntry entry = new TarArchiveEntry("huge.png");
        entry.setSize(FileSet.MAX_BYTES + 1);
        tar.putArchiveEntry(entry);
        tar.write(new byte[4096]);
        tar.flush();
        Path archive = TestFiles.write(directory.resolve("huge.tar"), bytes.toByteArray());

        // When // Then
        assertOpenFails(archive, "entry huge.png has 16777217 bytes, more than the 16777216 allowed");
    }

    private static Map<String, byte[]> petsWithParts() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("train/dog/1.png", TestFiles.png(BLUE));
        files.put("train/dog/2.png", TestFiles.png(BLUE));
        files.put("train/dog/3.png", TestFiles.png(BLUE));
        files.put("train/cat/1.jpg", TestFiles.jpeg(RED));
        files.put("train/cat/2.JPEG", TestFiles.jpeg(RED));
        files.put("test/cat/1.jpg", TestFiles.jpeg(RED));
        files.put("test/dog/1.png", TestFiles.png(BLUE));
        return files;
    }

    private static void unpack(Path root, Map<String, byte[]> files) {
        files.forEach((name, bytes) -> TestFiles.write(root.resolve(name), bytes));
    }

    private Path archive(String name, byte[] tar) throws IOException {
        byte[] bytes = tar;
        if (name.endsWith("gz")) {
            bytes = TestFiles.gzip(tar);
        } else if (name.endsWith("xz")) {
            ByteArrayOutputStream compressed = new ByteArrayOutputStream();
            try (OutputStream out = new XZCompressorOutputStream(compressed)) {
                out.write(tar);
            }
            bytes = compressed.toByteArray();
        }
        return TestFiles.write(directory.resolve(name), bytes);
    }

    private static void assertOpenFails(Path path, String message) {
        assertThatThrownBy(() -> DataSets.open(path))
                .isInstanceOf(DataSetException.class)
                .hasMessageContaining(message);
    }
}
