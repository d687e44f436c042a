// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.TeacherSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TeacherSpecsTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "teacher", "vgg-1x28.v2_B", "7"})
    void takesTheNameOfAModelOrNone(String model) {
        // Given
        TeacherSpec spec =
                TeacherSpec.newBuilder().setModel(model).setOmitFeatures(true).build();

        // When // Then
        assertThat(TeacherSpecs.problems(spec)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a/b", "../a", ".a", "-a", "a b", "a\n", "ä"})
    void refusesWhatNamesNoDirectory(String model) {
        // Given
        TeacherSpec spec = TeacherSpec.newBuilder().setModel(model).build();

        // When // Then
        assertThat(TeacherSpecs.problems(spec))
                .singleElement()
                .asString()
                .startsWith("model: must be the name of a model directory, got '" + model + "'");
    }
}
