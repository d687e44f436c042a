// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.engine.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class SupervisedTrainingTest {

    private static final TrainingOptions OPTIONS =
            TrainingOptions.DEFAULT.withEpochs(5).withSeed(4);

    @TempDir
    Path directory;

    @Test
    void aNetworkLearnsAndIsWrittenWholeWithItsAccuracy() {
        // Given
        Path target = directory.resolve("patterns");
        List<TrainingProgress> progress = new ArrayList<>();

        // When
        ModelDescription written =
                SupervisedTraining.train(lenet(), patterns(1280, 1), patterns(300, 2), OPTIONS, target, progress::add);

        // Then
        assertThat(written.accuracy()).isNotNull().isGreaterThan(0.95);
        assertThat(written).isEqualTo(ModelDescription.read(target));
        assertThat(written.name()).isEqualTo("patterns");
        assertThat(written.classAccuracy()).hasSize(10);
        assertThat(written.classifierBias()).hasSize(10).anyMatch(value -> value != 0);
        assertThat(progress).hasSize(50);
        assertThat(progress.get(49).loss()).isLessThan(progress.get(0).loss());
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
        try (InferenceModel model = InferenceModel.load(target)) {
            assertThat(Evaluation.evaluate(model, patterns(300, 2)).overall()).isEqualTo(written.accuracy());
        }
    }

    @Test
    void equalInputsMakeEqualModels() {
        // Given
        ImageSet images = patterns(256, 1);
        TrainingOptions options = OPTIONS.withEpochs(1).withViews(true, 2);

        // When
        String one = train(images, options, "one").digest();
        String two = train(images, options, "two").digest();
        String other = train(images, options.withSeed(5), "other").digest();

        // Then
        assertThat(two).isEqualTo(one).isNotEqualTo(other);
    }

    @Test
    void normalisationIsTheImagesOwnUnlessGiven() {
        // Given
        ImageSet images = patterns(256, 1);
        double sum = 0;
        for (byte pixel : images.pixels()) {
            sum += (pixel & 0xFF) / 255.0;
        }

        // When
        ModelDescription own = train(images, OPTIONS.withEpochs(1), "own");
        ModelDescription given =
                train(images, OPTIONS.withEpochs(1).withNormalisation(List.of(0.1f), List.of(0.2f)), "given");

        // Then
        assertThat(own.mean().get(0)).isCloseTo((float) (sum / images.pixels().length), within(1e-5f));
        assertThat(given.mean()).containsExactly(0.1f);
        assertThat(given.std()).containsExactly(0.2f);
    }

    @Test
    void theThreadCountIsPutBack() {
        // Given
        int before = Torch.threads();

        // When
        train(patterns(128, 1), OPTIONS.withEpochs(1).withThreads(2), "threads");

        // Then
        assertThat(Torch.threads()).isEqualTo(before);
    }

    @Test
    void anExistingTargetIsKept() {
        assertThatThrownBy(() -> train(patterns(128, 1), OPTIONS, "."))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("exists already");
    }

    @Test
    void anArchitectureOfOtherClassesIsRefused() {
        assertThatThrownBy(() -> SupervisedTraining.train(
                        TestModels.directory("lenet5-1x28-100"),
                        patterns(128, 1),
                        patterns(128, 1),
                        OPTIONS,
                        directory.resolve("x"),
                        progress -> {}))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("reads 1x28x28 images of 100 classes, the training set has 1x28x28 images of 10");
    }

    private ModelDescription train(ImageSet images, TrainingOptions options, String name) {
        return SupervisedTraining.train(
                lenet(), images, patterns(50, 2), options, directory.resolve(name), progress -> {});
    }

    private static Path lenet() {
        return TestModels.directory("lenet5-1x28-10");
    }

    /** A class is a pattern of 7 x 7 bright and dark squares, equal in every set, under noise of the set's own. */
    private static ImageSet patterns(int count, long seed) {
        Random random = new Random(seed);
        byte[] pixels = new byte[count * 784];
        random.nextBytes(pixels);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 10;
            boolean[] bright = new boolean[49];
            SplittableRandom pattern = new SplittableRandom(labels[i]);
            for (int square = 0; square < 49; square++) {
                bright[square] = pattern.nextBoolean();
            }
            for (int p = 0; p < 784; p++) {
                int noise = (pixels[i * 784 + p] & 0xFF) / 2;
                pixels[i * 784 + p] = (byte) (bright[p / 28 / 4 * 7 + p % 28 / 4] ? 127 + noise : noise);
            }
        }
        return new ImageSet(
                new ImageShape(1, 28, 28),
                pixels,
                labels,
                IntStream.range(0, 10).mapToObj(Integer::toString).toList());
    }
}
