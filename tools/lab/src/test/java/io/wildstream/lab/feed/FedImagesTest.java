// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherStatus;
import io.wildstream.engine.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FedImagesTest {

    private static final ImageShape TEACHER = new ImageShape(1, 8, 8);

    @TempDir
    Path directory;

    private Path photos;

    @BeforeEach
    void makeDirectory() throws IOException {
        photos = Files.createDirectory(directory.resolve("photos"));
    }

    @Test
    void sendsTheBytesOfEachFileWithTheTypeThatTheyShow() throws IOException {
        // Given names that tell lies, and sizes that the teacher does not read
        byte[] png = image("png", 8, 8);
        byte[] jpeg = image("jpg", 8, 8);
        byte[] large = image("png", 320, 240);
        byte[] cut = Arrays.copyOf(png, 20);
        write(Map.of("a.jpg", png, "b.png", jpeg, "c.PNG", large, "d.png", cut, "e", png));

        // When
        FedImages images = FedImages.open(List.of(photos.toString()), TEACHER);
        List<Sample> samples = all(images);

        // Then nothing is decoded, scaled or converted here
        assertThat(samples)
                .extracting(
                        Sample::getId,
                        Sample::getContentType,
                        sample -> sample.getPayload().toByteArray())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("photos/a.jpg", "image/png", png),
                        org.assertj.core.groups.Tuple.tuple("photos/b.png", "image/jpeg", jpeg),
                        org.assertj.core.groups.Tuple.tuple("photos/c.PNG", "image/png", large),
                        org.assertj.core.groups.Tuple.tuple("photos/d.png", "image/png", cut),
                        org.assertj.core.groups.Tuple.tuple("photos/e", "image/png", png));
        assertThat(samples).allMatch(sample -> sample.getSource().equals("photos"));
        assertThat(images.counts().sent()).isEqualTo(5);
        assertThat(images.counts().otherSize()).isEqualTo(new FedCounts.Group(1, "photos/c.PNG (3x240x320)"));
    }

    @Test
    void goesOnAfterOddFilesAndCountsThemByKind() throws IOException {
        // Given an empty first file
        byte[] png = image("png", 8, 8);
        write(Map.of(
                "0.png",
                new byte[0],
                "1.png",
                png,
                "2.avif",
                "\0\0\0\34ftypavif".getBytes(StandardCharsets.ISO_8859_1),
                "3.heic",
                "\0\0\0\34ftypheic".getBytes(StandardCharsets.ISO_8859_1),
                "4.png",
                "<html>not found</html>".getBytes(StandardCharsets.UTF_8),
                ".hidden.png",
                png,
                "deep/er/than/usual/5.png",
                png));
        Files.createSymbolicLink(photos.resolve("6.png"), directory.resolve("nowhere"));

        // When
        FedImages images = FedImages.open(List.of(photos.toString()), null);
        List<Sample> samples = all(images);

        // Then
        assertThat(samples)
                .extracting(Sample::getId)
                .containsExactlyInAnyOrder("photos/1.png", "photos/deep/er/than/usual/5.png");
        assertThat(images.counts().skipped())
                .isEqualTo(Map.of(
                        "empty file", new FedCounts.Group(1, "photos/0.png"),
                        "AVIF or HEIC image", new FedCounts.Group(2, "photos/2.avif"),
                        "no image", new FedCounts.Group(1, "photos/4.png"),
                        "no regular file", new FedCounts.Group(1, "photos/6.png"),
                        "hidden file", new FedCounts.Group(1, "photos/.hidden.png")));
    }

    @Test
    void letsClassesTakeTurnsAndLeavesTheTestPartOut() throws IOException {
        // Given
        byte[] png = image("png", 8, 8);
        write(Map.of(
                "train/cat/1.png", png,
                "train/cat/2.png", png,
                "train/dog/1.png", png,
                "test/cat/1.png", png));

        // When
        FedImages images = FedImages.open(List.of(photos.toString()), TEACHER);

        // Then
        assertThat(all(images))
                .extracting(Sample::getId)
                .containsExactly("photos/train/cat/1.png", "photos/train/dog/1.png", "photos/train/cat/2.png");
        assertThat(images.counts().skipped())
                .isEqualTo(Map.of("image of a test part", new FedCounts.Group(1, "photos/test/cat/1.png")));
    }

    @Test
    void readsAnArchiveLikeItsDirectory() throws IOException {
        // Given
        byte[] png = image("png", 8, 8);
        Map<String, byte[]> files = Map.of(
                "x/1.png", png, "x/0.png", new byte[0], "y/1.jpg", image("jpg", 9, 8), "README", "text".getBytes());
        write(files);
        Path archive = directory.resolve("photos.tar");
        Files.write(archive, tar(files));

        // When
        FedImages unpacked = FedImages.open(List.of(photos.toString()), TEACHER);
        FedImages packed = FedImages.open(List.of(archive.toString()), TEACHER);

        // Then
        assertThat(all(packed)).hasSize(2).isEqualTo(all(unpacked));
        assertThat(packed.counts().skipped())
                .isEqualTo(unpacked.counts().skipped())
                .containsOnlyKeys("empty file", "no image");
        assertThat(packed.counts().otherSize()).isEqualTo(unpacked.counts().otherSize());
    }

    @Test
    void givesEachFileAnIdThatTheGatewayTakes() throws IOException {
        // Given
        byte[] png = image("png", 8, 8);
        write(Map.of("a\nb.png", png, "a\tb.png", png, "d".repeat(200) + "/" + "e".repeat(200), png));

        // When
        List<Sample> samples = all(FedImages.open(List.of(photos.toString()), null));

        // Then
        assertThat(samples.stream().map(Sample::getId).collect(Collectors.toSet()))
                .hasSize(3)
                .allMatch(id -> id.length() <= 256 && !id.matches("(?s).*\\p{Cntrl}.*"));
    }

    @Test
    void sendsArraysInTheirOwnShape() throws IOException {
        // Given 2 images of 3x3
        Files.write(photos.resolve("train-images-idx3-ubyte"), new byte[] {
            0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1
        });

        // When
        FedImages images = FedImages.open(List.of(photos.toString()), TEACHER);
        List<Sample> samples = all(images);

        // Then
        assertThat(samples)
                .hasSize(2)
                .allMatch(sample -> sample.getContentType().equals("application/x-tensor;dtype=uint8;shape=1,3,3"));
        assertThat(samples.get(0).getPayload().toByteArray()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(images.counts().otherSize()).isEqualTo(new FedCounts.Group(2, "photos-0 (1x3x3)"));
    }

    @Test
    void asksForNoSizeWhereTheTeacherReadsAny() {
        // Given
        TeacherStatus exact =
                TeacherStatus.newBuilder().addAllInputShape(List.of(3, 32, 32)).build();
        TeacherStatus any = exact.toBuilder().setPreprocessing("{}").build();

        // When // Then
        assertThat(FedImages.teacherShape(running(exact))).isEqualTo(new ImageShape(3, 32, 32));
        assertThat(FedImages.teacherShape(running(any))).isNull();
        assertThat(FedImages.teacherShape(PipelineStatus.getDefaultInstance())).isNull();
    }

    private static PipelineStatus running(TeacherStatus teacher) {
        return PipelineStatus.newBuilder()
                .addInstances(InstanceStatus.newBuilder().setTeacher(teacher))
                .build();
    }

    @Test
    void namesAPathThatIsNoSet() {
        assertThatThrownBy(() ->
                        FedImages.open(List.of(directory.resolve("nowhere").toString()), TEACHER))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("nowhere: does not exist");
    }

    private void write(Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = photos.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    private static List<Sample> all(FedImages images) {
        List<Sample> samples = new ArrayList<>();
        images.samples().forEachRemaining(samples::add);
        return samples;
    }

    private static byte[] image(String format, int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, bytes);
        return bytes.toByteArray();
    }

    private static byte[] tar(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }
}
