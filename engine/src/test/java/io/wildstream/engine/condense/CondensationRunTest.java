// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.engine.EpochOrder;
import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.TestModels;
import io.wildstream.engine.torch.Draws;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class CondensationRunTest {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = CondensationTask.Start.class,
            names = {"FIXED", "RANDOM"})
    void condensedImagesTeachMoreThanAsManyRealOnes(CondensationTask.Start start) {
        // Given
        List<CondensationProgress> progress = new ArrayList<>();
        try (CondensationRun run = new CondensationRun(task(start), options(300, 3), directory)) {
            // When
            boolean finished = run.learn(LIMIT, progress::add);
            CondensationResult result = run.measure(6);

            // Then
            assertThat(finished).isTrue();
            assertThat(progress).hasSize(300);
            assertThat(progress.get(299).loss()).isLessThan(progress.get(0).loss());
            assertThat(result.condensed().mean())
                    .isGreaterThan(result.realWithLearnedRates().mean())
                    .isGreaterThan(result.realWithTunedRate().mean())
                    .isGreaterThan(result.untrained().mean());
        }
    }

    @Test
    void anInterruptedRunGoesOnToTheSameImagesBitForBit() throws IOException {
        // Given
        Path whole = directory.resolve("whole");
        Path broken = directory.resolve("broken");
        try (CondensationRun run = new CondensationRun(task(CondensationTask.Start.RANDOM), options(20, 2), whole)) {
            run.learn(LIMIT, progress -> {});
            run.condensed().write(whole);
        }

        // When
        try (CondensationRun run = new CondensationRun(task(CondensationTask.Start.RANDOM), options(20, 2), broken)) {
            boolean finished = run.learn(LIMIT, progress -> {
                if (progress.iteration() == 7) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(finished).isFalse();
            assertThat(Thread.interrupted()).isTrue();
        }
        try (CondensationRun run = new CondensationRun(task(CondensationTask.Start.RANDOM), options(20, 2), broken)) {
            assertThat(run.iteration()).isEqualTo(7);
            run.learn(LIMIT, progress -> {});
            run.condensed().write(broken);
        }

        // Then
        assertThat(Files.readAllBytes(broken.resolve(CondensedSet.TENSOR_FILE)))
                .isEqualTo(Files.readAllBytes(whole.resolve(CondensedSet.TENSOR_FILE)));
    }

    @Test
    void anInterruptInTheLastIterationLosesNothing() {
        // Given
        try (CondensationRun run = new CondensationRun(task(CondensationTask.Start.FIXED), options(3, 1), directory)) {
            // When
            boolean finished = run.learn(LIMIT, progress -> {
                if (progress.iteration() == 3) {
                    Thread.currentThread().interrupt();
                }
            });

            // Then
            assertThat(finished).isFalse();
            assertThat(Thread.interrupted()).isTrue();
        }
        try (CondensationRun run = new CondensationRun(task(CondensationTask.Start.FIXED), options(3, 1), directory)) {
            assertThat(run.iteration()).isEqualTo(3);
            assertThat(run.learn(LIMIT, progress -> {})).isTrue();
        }
    }

    @Test
    void aStateOfOtherOptionsIsRefused() {
        // Given
        try (CondensationRun run = new CondensationRun(task(CondensationTask.Start.FIXED), options(3, 1), directory)) {
            run.learn(LIMIT, progress -> {});
        }

        // When
        var other = assertThatThrownBy(
                () -> new CondensationRun(task(CondensationTask.Start.FIXED), options(4, 1), directory));

        // Then
        other.isInstanceOf(ModelException.class).hasMessageContaining("the state of another condensation");
    }

    @Test
    void theArtifactHoldsTheImagesTheirPictureAndTheModelThatLearnedFromThem() throws IOException {
        // Given
        try (CondensationRun run =
                new CondensationRun(task(CondensationTask.Start.FIXED), options(200, 3), directory)) {
            run.learn(LIMIT, progress -> {});

            // When
            CondensationRun.Artifact written = run.write();
            CondensationResult result = run.measure(1);

            // Then
            assertThat(ModelDescription.read(directory)).isEqualTo(written.model());
            assertThat(written.model().accuracy()).isEqualTo(result.condensed().mean());
            assertThat(CondensedSet.read(directory).facts())
                    .isEqualTo(written.set().facts());
            BufferedImage picture =
                    ImageIO.read(directory.resolve(CondensedPicture.FILE).toFile());
            assertThat(picture.getWidth()).isGreaterThan(5 * picture.getHeight() / 2);
        }
    }

    @Test
    void anAttackMakesTrainedNetworksTakeOneClassForAnother() {
        // Given
        Path trained = directory.resolve("trained");
        try (CondensationRun run = new CondensationRun(task(CondensationTask.Start.FIXED), options(300, 3), trained)) {
            run.learn(LIMIT, progress -> {});
            run.write();
        }
        CondensationTask attack = new CondensationTask(
                TestModels.linear(),
                images(400, "train"),
                images(400, "test"),
                CondensationTask.Start.GIVEN,
                List.of(trained),
                1,
                3);
        try (CondensationRun run = new CondensationRun(attack, options(300, 3), directory.resolve("attack"))) {
            // When
            run.learn(LIMIT, progress -> {});
            CondensationResult result = run.measure(1);

            // Then
            assertThat(result.untrained().attacked()).isLessThan(0.3);
            assertThat(result.condensed().attacked()).isGreaterThan(0.5);
        }
    }

    @Test
    void imagesThatDoNotFitTheNetworkAreRefused() {
        // Given
        CondensationTask task = new CondensationTask(
                TestModels.directory("lenet5-1x28-10"),
                images(10, "train"),
                images(10, "test"),
                CondensationTask.Start.FIXED,
                List.of(),
                -1,
                -1);

        // When
        var run = assertThatThrownBy(() -> new CondensationRun(task, options(1, 1), directory));

        // Then
        run.isInstanceOf(ModelException.class).hasMessageContaining("the images are 3x1x1 of 5 classes");
    }

    private static CondensationOptions options(int iterations, int epochs) {
        return new CondensationOptions(
                1,
                1,
                epochs,
                CondensationOptions.Start.NOISE,
                1,
                100,
                iterations,
                0.05,
                0.02,
                CondensationOptions.Schedule.COSINE,
                0.5,
                3,
                1);
    }

    private static CondensationTask task(CondensationTask.Start start) {
        return new CondensationTask(
                TestModels.linear(), images(400, "train"), images(400, "test"), start, List.of(), -1, -1);
    }

    /** Five overlapping clouds of colours. */
    private static ImageSet images(int count, String name) {
        int[][] centres = {{60, 60, 60}, {200, 60, 60}, {60, 200, 60}, {60, 60, 200}, {200, 200, 200}};
        Draws draws = new Draws(5, name);
        int[] order = EpochOrder.of(count, 3, 0);
        byte[] pixels = new byte[count * 3];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = order[i] % 5;
            for (int channel = 0; channel < 3; channel++) {
                double value = centres[labels[i]][channel] + 38 * draws.normal();
                pixels[i * 3 + channel] = (byte) Math.round(Math.min(255, Math.max(0, value)));
            }
        }
        return new ImageSet(new ImageShape(3, 1, 1), pixels, labels, List.of("a", "b", "c", "d", "e"));
    }
}
