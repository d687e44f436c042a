// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import io.wildstream.engine.ImageShape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitecturesTest {

    private static final Path MODELS = Path.of("../../deploy/models");
    private static final ImageShape GRAY = new ImageShape(1, 28, 28);
    private static final ImageShape COLOUR = new ImageShape(3, 32, 32);

    @Test
    void findsTheModelOfAnArchitectureForTheImages() {
        // When
        Path gray = new Architectures(MODELS, GRAY, 10).directory("lenet5", null);
        Path colour = new Architectures(MODELS, COLOUR, 100).directory("vgg", null);

        // Then
        assertThat(gray).hasFileName("lenet5-1x28-10");
        assertThat(colour).hasFileName("vgg-3x32-100");
    }

    @Test
    void takesADirectoryThatIsNamedInsteadIfItFits() {
        // Given
        Path named = MODELS.resolve("resnet8-1x28-10");

        // When
        Path found = new Architectures(MODELS, GRAY, 10).directory("lenet5", named);

        // Then
        assertThat(found).isEqualTo(named.toAbsolutePath());
    }

    @Test
    void refusesAModelForOtherImagesOrClasses() {
        // Given
        Architectures ten = new Architectures(MODELS, GRAY, 10);
        Path hundred = MODELS.resolve("lenet5-1x28-100");
        Path colour = MODELS.resolve("lenet5-3x32-10");

        // When // Then
        assertThatThrownBy(() -> ten.directory("lenet5", hundred))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("images of 100 classes")
                .hasMessageContaining("images of 10 classes");
        assertThatThrownBy(() -> ten.directory("lenet5", colour)).isInstanceOf(ClusterException.class);
    }

    @Test
    void refusesWhatIsNotThere() {
        // Given
        Architectures seven = new Architectures(MODELS, GRAY, 7);

        // When // Then
        assertThatThrownBy(() -> seven.directory("lenet5", null)).isInstanceOf(ClusterException.class);
        assertThatThrownBy(() -> seven.directory("lenet5", Path.of("nowhere")))
                .hasMessageEndingWith("nowhere is not a model directory");
    }

    @Test
    void choosesSmallNetworksForGrayAndForBuiltInImages() {
        // Given
        Architectures gray = new Architectures(MODELS, GRAY, 10);
        Architectures colour = new Architectures(MODELS, COLOUR, 10);

        // When // Then
        assertThat(gray.usualStudent()).isEqualTo("lenet5");
        assertThat(colour.usualStudent()).isEqualTo("resnet8");
        assertThat(gray.usualTeacher(true)).isEqualTo("lenet5");
        assertThat(gray.usualTeacher(false)).isEqualTo("vgg");
        assertThat(colour.usualTeacher(false)).isEqualTo("resnet20");
    }
}
