// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelException;
import io.wildstream.trainer.TestConfig;
import io.wildstream.trainer.TestCurriculum;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Students that would fail at the end of a stream, whose last minibatch can hold one sample. */
class LearnerProofTest {

    private static final TrainingSpec SPEC =
            TrainingSpecs.withDefaults(TestCurriculum.spec(1).build());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "normed|cannot learn a minibatch of one sample|Expected more than 1 value per channel",
                "squeezed|logits have shape (10) instead of (1, 10)|export"
            })
    void aStudentThatCannotLearnOneSampleIsRefused(String name, String reason, String more) {
        // Given
        Path directory = Path.of("src/test/resources/models").resolve(name);

        // When // Then
        assertThatThrownBy(() -> LearnerProof.prove(directory, SPEC))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining(more);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet5-1x28-10", "resnet8-3x32-10", "mlp-32-3"})
    void theRepositorysNetworksPass(String name) {
        // Given
        Path directory = TestConfig.repositoryModels().resolve(name);

        // When // Then
        assertThatCode(() -> LearnerProof.prove(directory, SPEC)).doesNotThrowAnyException();
    }

    @Test
    void aNetworkOfTokenIdsIsTriedWithTokensOfItsVocabulary() {
        // Given
        Path directory = Path.of("../engine/src/test/resources/models/tokens-6-3");

        // When // Then
        assertThatCode(() -> LearnerProof.prove(directory, SPEC)).doesNotThrowAnyException();
    }

    @Test
    void aDirectoryThatTakesNoFilesIsNoFaultOfTheModel() {
        // Given
        Path model = TestConfig.repositoryModels().resolve("lenet5-1x28-10");
        Path scratch = Path.of("/proc/no-directory");

        // When // Then
        assertThatThrownBy(() -> LearnerProof.prove(model, SPEC, scratch))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no checkpoint of lenet5-1x28-10 can be tried in /proc/no-directory");
    }

    @Test
    void aMinibatchOfOneIsNoSpecialCase() {
        // Given
        TrainingSpec spec = SPEC.toBuilder().setBatchSize(1).build();
        Path directory = TestConfig.repositoryModels().resolve("lenet5-1x28-10");

        // When // Then
        assertThatCode(() -> LearnerProof.prove(directory, spec)).doesNotThrowAnyException();
    }
}
