// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.workload.WorkloadData;
import io.wildstream.lab.workload.WorkloadSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogueTest {

    private static final WorkloadSettings SETTINGS = new WorkloadSettings(
            new WorkloadSettings.DataSettings(null, List.of(), null, null, null),
            new WorkloadSettings.TeacherSettings(null, null, 10, false, 1, 1),
            new WorkloadSettings.StudentSettings(null, null, 0, 128, 0.01, 0, null),
            List.of("dfnd"),
            0.1,
            7,
            new WorkloadSettings.RunSettings(Double.POSITIVE_INFINITY, Duration.ofHours(1), null, true, false, false));

    @ParameterizedTest
    @MethodSource("io.wildstream.lab.experiment.Catalogue#names")
    void everyTrialIsWhole(String name) {
        // When
        List<Trial> trials = Catalogue.of(name).trials().apply(SETTINGS);

        // Then
        assertThat(trials).isNotEmpty();
        for (Trial trial : trials) {
            List<String> names = trial.arms().stream().map(Arm::name).toList();
            assertThat(new HashSet<>(names)).hasSameSizeAs(names).allMatch(arm -> arm.matches("[a-z][a-z0-9-]*"));
            for (Arm arm : trial.arms()) {
                assertThat(trial.curricula()).containsKey(arm.curriculum());
                TrainingSpec spec = TrainingSpec.newBuilder()
                        .setStudentModel("m")
                        .setMaxSteps(100)
                        .addAllTerms(arm.terms())
                        .build();
                assertThat(TrainingSpecs.problems(spec)).isEmpty();
            }
        }
    }

    @Test
    void anUnknownExperimentIsRefusedByItsName() {
        assertThatThrownBy(() -> Catalogue.of("nonsense"))
                .hasMessageContaining("nonsense")
                .hasMessageContaining("kd-zoo");
    }

    @Test
    void labelsAreThoseOfTheImagesButForTheNoise() {
        // Given
        Trial clean = Catalogue.of("kd-fn").trials().apply(SETTINGS).get(0);
        Trial noisy = Catalogue.of("kd-fn").trials().apply(SETTINGS).get(2);
        WildMixture mixture = WorkloadData.open(noisy.settings().data(), null, 7);

        // When
        TrialSamples right = new TrialSamples(clean, mixture);
        TrialSamples wrong = new TrialSamples(noisy, mixture);
        long different = IntStream.range(0, mixture.size())
                .filter(i -> wrong.sample(i).getLabel() != mixture.label(i))
                .count();

        // Then
        assertThat(mixture.inDomainShare()).isEqualTo(1);
        assertThat(IntStream.range(0, 1000)).allMatch(i -> right.sample(i).getLabel() == mixture.label(i));
        assertThat(different / (double) mixture.size()).isCloseTo(0.4, within(0.02));
        assertThat(wrong.sample(5)).isEqualTo(new TrialSamples(noisy, mixture).sample(5));
    }
}
