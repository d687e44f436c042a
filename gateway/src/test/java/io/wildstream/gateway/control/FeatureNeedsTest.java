// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.wildstream.contracts.v1.CrossEntropyLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.RkdLoss;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeatureNeedsTest {

    private static final TrainingSpec COMPARING = spec(LossTerm.newBuilder().setRkd(RkdLoss.getDefaultInstance()));
    private static final TrainingSpec LABELS = spec(LossTerm.newBuilder().setCe(CrossEntropyLoss.getDefaultInstance()));
    private static final TeacherSpec OMITTING =
            TeacherSpec.newBuilder().setOmitFeatures(true).build();

    @Test
    void knowsWhichTermsCompareFeatures() {
        assertThat(FeatureNeeds.of(COMPARING)).isTrue();
        assertThat(FeatureNeeds.of(LABELS)).isFalse();
    }

    @Test
    void refusesASpecWhoseTermsCompareWhatTheTeacherOmits() {
        // When
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> FeatureNeeds.check(COMPARING, true));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.getStatus().getDescription())
                .contains("but the teacher omits them")
                .contains("./wildstream teacher set MODEL");
    }

    @Test
    void takesASpecThatTheTeacherSuits() {
        assertThatCode(() -> FeatureNeeds.check(COMPARING, false)).doesNotThrowAnyException();
        assertThatCode(() -> FeatureNeeds.check(LABELS, true)).doesNotThrowAnyException();
    }

    @Test
    void refusesATeacherThatOmitsWhatStudentsCompareAndNamesThem() {
        // Given
        Map<String, TrainingSpec> learning = Map.of("b", COMPARING, "a", COMPARING, "c", LABELS);

        // When
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> FeatureNeeds.check(OMITTING, learning));

        // Then
        assertThat(failure.getStatus().getDescription())
                .startsWith("spec.omit_features: must be false, because terms of student 'a', 'b' compare features");
    }

    @Test
    void takesATeacherThatSendsFeaturesOrWhoseStudentsNeedNone() {
        assertThatCode(() -> FeatureNeeds.check(OMITTING, Map.of("c", LABELS))).doesNotThrowAnyException();
        assertThatCode(() -> FeatureNeeds.check(TeacherSpec.getDefaultInstance(), Map.of("a", COMPARING)))
                .doesNotThrowAnyException();
    }

    private static TrainingSpec spec(LossTerm.Builder term) {
        return TrainingSpec.newBuilder()
                .setStudentModel("lenet5-1x28-10")
                .addTerms(term)
                .build();
    }
}
