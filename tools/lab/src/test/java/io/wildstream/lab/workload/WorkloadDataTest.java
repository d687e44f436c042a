// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.wildstream.cluster.ArgumentException;
import io.wildstream.cluster.ClusterException;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.preprocess.Preprocessing;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.terminal.Screen;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadDataTest {

    @TempDir
    Path directory;

    @Test
    void mixesTheBuiltInImages() {
        // Given
        WorkloadSettings.DataSettings settings = new WorkloadSettings.DataSettings(null, List.of(), null, null, null);

        // When
        WildMixture mixture = WorkloadData.open(settings, null, 1);

        // Then
        assertThat(mixture.counts()).containsOnlyKeys("objects", "lookalikes", "textures");
        assertThat(mixture.inDomainShare()).isBetween(0.06, 0.07);
        assertThat(WorkloadData.classes(mixture.original())).hasSize(10);
        assertThat(mixture.size()).isEqualTo(WorkloadData.builtInStream().size());
    }

    @Test
    void takesTheShareAndTheLengthThatWereAskedFor() {
        // Given
        WorkloadSettings.DataSettings settings = new WorkloadSettings.DataSettings(null, List.of(), 500, 0.25, 1000);

        // When
        WildMixture mixture = WorkloadData.open(settings, null, 1);

        // Then
        assertThat(mixture.size()).isEqualTo(1000);
        assertThat(mixture.teacherTrain().size()).isEqualTo(500);
        assertThat(mixture.inDomainShare()).isBetween(0.2, 0.3);
    }

    /** {@code up --teacher-images all}: a cluster that is fed later. */
    @Test
    void theTeacherMayTakeAllImagesOfAClusterThatIsFedLater() {
        // Given
        WorkloadSettings.DataSettings settings =
                new WorkloadSettings.DataSettings(null, List.of(), WildMixture.ALL, null, null, true);

        // When
        WildMixture mixture = WorkloadData.openToBeFed(settings, null, 1);

        // Then
        assertThat(mixture.size()).isZero();
        assertThat(mixture.samples()).isExhausted();
        assertThat(mixture.teacherTrain().size()).isEqualTo(24_000);
        assertThatThrownBy(() -> WorkloadData.open(settings, null, 1))
                .isInstanceOf(ArgumentException.class)
                .hasMessageContaining("No sample remains for the stream");
    }

    @Test
    void aReadyTeacherOfOtherImagesNeedsNoImageSet() {
        // Given
        WorkloadSettings.DataSettings settings = new WorkloadSettings.DataSettings(null, List.of(), null, null, null);
        Path teacher = TestWorkloads.LENET.resolveSibling("resnet8-3x32-10");

        // When
        WildMixture mixture = WorkloadData.openToBeFed(settings, teacher, 1);

        // Then
        assertThat(mixture.shape()).isEqualTo(new ImageShape(3, 32, 32));
        assertThat(WorkloadData.classes(mixture.original())).hasSize(10);
        assertThat(mixture.original().name()).isEqualTo("resnet8-3x32-10");
        assertThat(mixture.hasTest()).isFalse();
        assertThat(mixture.size()).isZero();
        assertThat(WorkloadData.openToBeFed(settings, TestWorkloads.LENET, 1).hasTest())
                .isTrue();
        assertThatThrownBy(() -> WorkloadData.openToBeFed(settings, directory, 1))
                .isInstanceOf(ArgumentException.class)
                .hasMessageContaining("--teacher-model")
                .hasMessageContaining("model.json");
    }

    /** The demo's stream and its test images are what the cluster would get, and the teacher is measured on nothing else. */
    @Test
    void sendsPicturesOfAnySizeAsTheyAreToATeacherThatReadsThem() throws Exception {
        // Given pictures of three sizes and a teacher of 32 x 32 with a contract
        Path pictures = pictures();
        Path teacher = Files.createDirectory(directory.resolve("reads-all"));
        Path plain = TestWorkloads.LENET.resolveSibling("resnet8-3x32-10");
        Files.copy(plain.resolve("model.pt"), teacher.resolve("model.pt"));
        ModelDescription.read(plain)
                .withPreprocessing(Preprocessing.fromJson("""
                        {"colour": "RGB", "resize": {"mode": "exact", "size": [32, 32], "interpolation": "bilinear"}}"""))
                .write(teacher);
        WorkloadSettings.DataSettings settings = new WorkloadSettings.DataSettings(pictures, List.of(), 1, null, null);

        // When
        WildMixture mixture = WorkloadData.open(settings, teacher, 1);
        WildMixture converted = WorkloadData.open(settings, plain, 1);

        // Then
        assertThat(mixture.shape()).isEqualTo(new ImageShape(3, 32, 32));
        List<ByteString> files = files(pictures.resolve("train"));
        assertThat(mixture.samples()).toIterable().hasSize(19).allSatisfy(sample -> {
            assertThat(files).contains(sample.getPayload());
            assertThat(sample.getContentType()).isEqualTo("image/png");
        });
        assertThat(mixture.holdout())
                .toIterable()
                .hasSize(10)
                .allSatisfy(labelled ->
                        assertThat(labelled.getSample().getContentType()).isEqualTo("image/png"));
        assertThat(converted.samples())
                .toIterable()
                .anySatisfy(sample -> assertThat(sample.getContentType()).startsWith("application/x-tensor"));
        StringWriter written = new StringWriter();
        TeacherCache.Teacher ready =
                TeacherCache.ready(teacher, mixture, new Screen(new PrintWriter(written), false, 80));
        assertThat(ready.measured()).isBetween(0.0, 1.0);
        assertThat(written.toString()).contains("measuring reads-all on 10 test images");
    }

    /** Ten classes of two training pictures and one test picture. */
    private Path pictures() throws IOException {
        Path set = directory.resolve("pictures");
        for (int label = 0; label < 10; label++) {
            write(set.resolve("train/c" + label + "/0.png"), 20 + label, 50);
            write(set.resolve("train/c" + label + "/1.png"), 32, 32);
            write(set.resolve("test/c" + label + "/0.png"), 64, 40 + label);
        }
        return set;
    }

    private static void write(Path file, int width, int height) throws IOException {
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(width / 2, height / 2, 0xff8000);
        ImageIO.write(image, "png", file.toFile());
    }

    private static List<ByteString> files(Path directory) throws IOException {
        List<ByteString> contents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.add(ByteString.copyFrom(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    @Test
    void namesWhatIsMissing() {
        // Given
        Path missing = directory.resolve("letters");
        WorkloadSettings.DataSettings settings =
                new WorkloadSettings.DataSettings(null, List.of(missing), null, null, null);

        // When // Then
        assertThatThrownBy(() -> WorkloadData.open(settings, null, 1))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("does not exist");
    }

    @Test
    void saysHowManyImagesThereAreForTheTeacher() {
        // Given
        WorkloadSettings.DataSettings settings =
                new WorkloadSettings.DataSettings(null, List.of(), 1_000_000, null, null);

        // When // Then
        assertThatThrownBy(() -> WorkloadData.open(settings, null, 1))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("1000000");
    }
}
