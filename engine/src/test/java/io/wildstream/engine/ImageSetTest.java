// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageSetTest {

    private static final ImageShape TWO_PIXELS = new ImageShape(2, 1, 2);

    @Test
    void aSliceHoldsItsImagesAndIsACopy() {
        // Given
        ImageSet images = images(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 0, 1, 0);

        // When
        ImageSet slice = images.slice(1, 3);
        slice.pixels()[0] = 99;

        // Then
        assertThat(slice.size()).isEqualTo(2);
        assertThat(slice.pixels()).containsExactly(99, 6, 7, 8, 9, 10, 11, 12);
        assertThat(slice.labels()).containsExactly(1, 0);
        assertThat(slice.classes()).containsExactly("cat", "dog");
        assertThat(images.pixels()[4]).isEqualTo((byte) 5);
    }

    @Test
    void anEmptySliceIsASet() {
        assertThat(images(new byte[4], 1).slice(1, 1).size()).isZero();
    }

    @Test
    void pixelsMustFitTheLabels() {
        assertThatThrownBy(() -> images(new byte[7], 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 labels of 2x1x2 images need 8 pixel values, got 7");
    }

    @ParameterizedTest
    @CsvSource({"-1", "2", "2147483647"})
    void aLabelMustBeAClass(int label) {
        assertThatThrownBy(() -> images(new byte[4], label))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[0, 2)");
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 0, 1", "1, 1, -1"})
    void anImageHasChannelsRowsAndColumns(int channels, int height, int width) {
        assertThatThrownBy(() -> new ImageShape(channels, height, width))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one channel");
    }

    @Test
    void aShapeThatNoArrayHoldsIsRefused() {
        assertThatThrownBy(() -> new ImageShape(3, 65536, 65536)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void normalisationIsMeanAndDeviationOfEachChannel() {
        // Given: the first channel holds 0 and 255 equally often, the second is constant.
        ImageSet images = images(new byte[] {0, (byte) 255, 51, 51, (byte) 255, 0, 51, 51}, 0, 1);

        // When
        Normalisation normalisation = Normalisation.of(images);

        // Then
        assertThat(normalisation.mean().get(0)).isCloseTo(0.5f, within(1e-6f));
        assertThat(normalisation.std().get(0)).isCloseTo(0.5f, within(1e-6f));
        assertThat(normalisation.mean().get(1)).isCloseTo(0.2f, within(1e-6f));
        assertThat(normalisation.std().get(1)).as("no contrast").isEqualTo(1f);
    }

    @Test
    void accuracyCountsByClassAndOverAll() {
        // Given
        int[] right = {3, 1, 0};
        int[] all = {4, 2, 0};

        // When
        Accuracy accuracy = Accuracy.of(right, all);

        // Then
        assertThat(accuracy.overall()).isEqualTo(4.0 / 6);
        assertThat(accuracy.byClass()).startsWith(0.75, 0.5);
        assertThat(accuracy.byClass().get(2)).isNaN();
        assertThat(accuracy.knowsEveryClass()).isFalse();
        assertThat(Accuracy.of(new int[] {1, 1}, new int[] {1, 2}).knowsEveryClass())
                .isTrue();
    }

    private static ImageSet images(byte[] pixels, int... labels) {
        return new ImageSet(TWO_PIXELS, pixels, labels, List.of("cat", "dog"));
    }
}
