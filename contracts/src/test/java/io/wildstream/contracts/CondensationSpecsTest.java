// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CondensationSchedule;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CondensationStart;
import io.wildstream.contracts.v1.CurriculumImages;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CondensationSpecsTest {

    private static final CondensationSpec GOOD = CondensationSpec.newBuilder()
            .setCurriculum(CurriculumImages.newBuilder().setCurriculum("dfnd"))
            .setArchitecture("lenet5-1x28-10")
            .build();

    @Test
    void writesOutEveryDefault() {
        // When
        CondensationSpec all = CondensationSpecs.withDefaults(GOOD);

        // Then
        assertThat(all.getCurriculum().getMaxImages()).isEqualTo(100_000);
        assertThat(all.getStart()).isEqualTo(CondensationStart.CONDENSATION_START_FIXED);
        assertThat(all.getSchedule()).isEqualTo(CondensationSchedule.CONDENSATION_SCHEDULE_COSINE);
        assertThat(all.getImagesPerClass()).isEqualTo(1);
        assertThat(all.getSteps()).isEqualTo(1);
        assertThat(all.getEpochs()).isEqualTo(3);
        assertThat(all.getNetworks()).isEqualTo(1);
        assertThat(all.getBatchSize()).isEqualTo(256);
        assertThat(all.getIterations()).isEqualTo(10_000);
        assertThat(all.getLearningRate()).isEqualTo(0.01);
        assertThat(all.getInitialRate()).isEqualTo(0.02);
        assertThat(all.getMaxGradientGrowth()).isEqualTo(1.5);
    }

    @Test
    void theRateOfRatesIsThatOfImagesUnlessSet() {
        // Given
        CondensationSpec slow = GOOD.toBuilder().setLearningRate(0.5).build();

        // When
        double rate = CondensationSpecs.withDefaults(slow).getRateLearningRate();

        // Then
        assertThat(rate).isEqualTo(0.5);
    }

    @Test
    void defaultsAreWrittenOnce() {
        // Given
        CondensationSpec once = CondensationSpecs.withDefaults(GOOD);

        // When
        CondensationSpec twice = CondensationSpecs.withDefaults(once);

        // Then
        assertThat(twice).isEqualTo(once);
        assertThat(CondensationSpecs.problems(once)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void namesTheFieldThatIsWrong(String problem, Consumer<CondensationSpec.Builder> mistake) {
        // Given
        CondensationSpec.Builder spec = GOOD.toBuilder();
        mistake.accept(spec);

        // When
        List<String> problems = CondensationSpecs.problems(spec.build());

        // Then
        assertThat(problems).containsExactly(problem);
    }

    static Stream<Arguments> namesTheFieldThatIsWrong() {
        return Stream.of(
                wrong("images: set curriculum or data_set", CondensationSpec.Builder::clearCurriculum),
                wrong(
                        "curriculum.curriculum: must be the name of a curriculum, got 'A'",
                        spec -> spec.getCurriculumBuilder().setCurriculum("A")),
                wrong(
                        "curriculum.until_offset: must be at least 0, got -1",
                        spec -> spec.getCurriculumBuilder().setUntilOffset(-1)),
                wrong(
                        "data_set: must be the name of a file of labelled samples, got '../x'",
                        spec -> spec.setDataSet("../x")),
                wrong(
                        "architecture: must be the name of a model directory, got ''",
                        CondensationSpec.Builder::clearArchitecture),
                wrong(
                        "trained_models: must have 1 to 1000 entries to start from trained weights, and none otherwise",
                        spec -> spec.addTrainedModels("m")),
                wrong(
                        "target_class: must be set if and only if attacked_class is set",
                        spec -> spec.setAttackedClass(1)),
                wrong(
                        "target_class: must differ from attacked_class",
                        spec -> spec.setAttackedClass(1).setTargetClass(1)),
                wrong(
                        "epochs: steps * epochs must be at most 10000",
                        spec -> spec.setSteps(5000).setEpochs(3)),
                wrong("max_gradient_growth: must be at least 1, got 0.5", spec -> spec.setMaxGradientGrowth(0.5)),
                wrong(
                        "learning_rate: must be in (0, 1000], got 0",
                        spec -> spec.setLearningRate(0).setRateLearningRate(0.1)));
    }

    private static Arguments wrong(String problem, Consumer<CondensationSpec.Builder> mistake) {
        return Arguments.of(problem, mistake);
    }
}
