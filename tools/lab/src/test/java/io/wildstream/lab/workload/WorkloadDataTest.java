// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ArgumentException;
import io.wildstream.cluster.ClusterException;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.mixture.WildMixture;
import java.nio.file.Path;
import java.util.List;
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
        WildMixture mixture = WorkloadData.open(settings, 1);

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
        WildMixture mixture = WorkloadData.open(settings, 1);

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
        assertThatThrownBy(() -> WorkloadData.open(settings, 1))
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

    @Test
    void namesWhatIsMissing() {
        // Given
        Path missing = directory.resolve("letters");
        WorkloadSettings.DataSettings settings =
                new WorkloadSettings.DataSettings(null, List.of(missing), null, null, null);

        // When // Then
        assertThatThrownBy(() -> WorkloadData.open(settings, 1))
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
        assertThatThrownBy(() -> WorkloadData.open(settings, 1))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("1000000");
    }
}
