// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.data.procedural.ProceduralImages;
import io.wildstream.lab.workload.TestWorkloads;
import io.wildstream.lab.workload.WorkloadSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrialSamplesTest {

    private final WildMixture labelled = WildMixture.of(ProceduralImages.objects(1, 200, 20))
            .teacherImages(100)
            .build();

    @Test
    void haveNoLabelsWhereTheTrialAsksForNone() {
        // When
        List<Sample> samples = all(new TrialSamples(trial(null), TestWorkloads.mixture()));

        // Then
        assertThat(samples).hasSize(300).noneMatch(Sample::hasLabel);
    }

    @Test
    void haveTheLabelsOfTheirImages() {
        // When
        List<Sample> samples = all(new TrialSamples(trial(0.0), labelled));

        // Then
        assertThat(samples).hasSize(100);
        for (int i = 0; i < samples.size(); i++) {
            assertThat(samples.get(i).getLabel()).isEqualTo(labelled.label(i));
        }
    }

    @Test
    void haveWrongLabelsOfOtherClassesByTheNoise() {
        // When
        List<Sample> samples = all(new TrialSamples(trial(0.999), labelled));

        // Then
        assertThat(samples).allMatch(sample -> sample.getLabel() >= 0 && sample.getLabel() < 10);
        long right = 0;
        for (int i = 0; i < samples.size(); i++) {
            right += samples.get(i).getLabel() == labelled.label(i) ? 1 : 0;
        }
        assertThat(right).isLessThan(10);
    }

    private static List<Sample> all(TrialSamples samples) {
        List<Sample> all = new ArrayList<>();
        samples.iterator().forEachRemaining(all::add);
        return all;
    }

    private static Trial trial(@Nullable Double noise) {
        WorkloadSettings settings = TestWorkloads.settings(List.of("dfnd"), null);
        return new Trial("setting", settings, settings, noise, Map.of(), List.of());
    }
}
