// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.data.procedural.ProceduralImages;
import io.wildstream.lab.workload.TestWorkloads;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongRunningClusterTest {

    @TempDir
    Path directory;

    @Test
    void startsAgainWithTheImagesOfTheFirstStart() {
        // Given
        Home home = new Home(directory);
        LongRunningCluster.requireSameImages(home, TestWorkloads.mixture());

        // When // Then
        assertThatCode(() -> LongRunningCluster.requireSameImages(home, TestWorkloads.mixture()))
                .doesNotThrowAnyException();
        assertThat(home.cluster().resolve("images.txt"))
                .content()
                .contains("objects")
                .endsWith("10 classes");
    }

    @Test
    void refusesOtherImagesInTheSameHome() {
        // Given
        Home home = new Home(directory);
        LongRunningCluster.requireSameImages(home, TestWorkloads.mixture());
        WildMixture textures = WildMixture.of(ProceduralImages.textures(1, 40)).build();

        // When // Then
        assertThatThrownBy(() -> LongRunningCluster.requireSameImages(home, textures))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("was made for objects")
                .hasMessageContaining("not for textures")
                .hasMessageContaining("--home");
    }

    @Test
    void saysThatItsDirectoryCannotBeUsed() throws java.io.IOException {
        // Given
        Home home = new Home(directory);
        Files.writeString(home.cluster(), "a file in the way");

        // When // Then
        assertThatThrownBy(() -> LongRunningCluster.requireSameImages(home, TestWorkloads.mixture()))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("images.txt cannot be used");
    }
}
