// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.client.Policies;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.data.procedural.ProceduralImages;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BaselineTest {

    private static final Path LENET = Path.of("../../deploy/models/lenet5-1x28-10");

    @Test
    void doesAllStagesAndSaysWhatEachCosts() {
        // Given
        WildMixture mixture = WildMixture.of(ProceduralImages.objects(1, 600, 50))
                .wild(ProceduralImages.textures(1, 300))
                .teacherImages(100)
                .build();
        Baseline.Work work =
                new Baseline.Work(LENET, LENET, Policies.DFND, Policies.of(Policies.DFND, 0.5, 1), 64, 5, 0.01);

        // When
        Baseline.Result result = Baseline.run(work, mixture);

        // Then
        assertThat(result.steps()).isEqualTo(5);
        assertThat(result.kept()).isBetween(1, mixture.size());
        assertThat(result.stageSeconds()).containsOnlyKeys("feed", "decode", "teacher", "select", "student");
        assertThat(result.stageSeconds().get("teacher")).isPositive();
        assertThat(result.stageSeconds().get("student")).isPositive();
    }
}
