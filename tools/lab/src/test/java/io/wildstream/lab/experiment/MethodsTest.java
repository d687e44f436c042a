// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.KdFnForm;
import io.wildstream.contracts.v1.LossTerm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MethodsTest {

    @ParameterizedTest
    @ValueSource(strings = {"fitnet", "rkd", "sp", "cc", "pkt", "dkd", "dist"})
    void standBesideTheLabelsWhereTheirPaperSaysSo(String name) {
        // When
        List<LossTerm> terms = Methods.of(name);

        // Then
        assertThat(terms).hasSize(2);
        assertThat(terms.get(0).hasCe()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce", "kd", "kd_fn", "dfnd", "tf_kd_self"})
    void standAloneElsewhere(String name) {
        assertThat(Methods.of(name)).hasSize(1);
    }

    @Test
    void teachThemselvesOverGenerations() {
        assertThat(Methods.generations("kd")).isEqualTo(1);
        assertThat(Methods.generations("tf_kd_self")).isEqualTo(2);
        assertThat(Methods.generations("ban")).isEqualTo(3);
    }

    @Test
    void haveVariantsWithTheFiguresOfTheirPapers() {
        assertThat(Methods.softKd(0.6)).singleElement().satisfies(term -> {
            assertThat(term.getKd().getTemperature()).isEqualTo(20);
            assertThat(term.getKd().getAlpha()).isEqualTo(0.6);
        });
        assertThat(Methods.kdFnCode())
                .singleElement()
                .matches(term -> term.getKdFn().getForm() == KdFnForm.KD_FN_FORM_CODE);
        assertThat(Methods.dfndWithoutQ())
                .hasSize(2)
                .anyMatch(term -> term.hasDfnd() && term.getDfnd().getNoisyLabelWeight() == 0)
                .anyMatch(LossTerm::hasCe);
    }

    @Test
    void refuseANameThatThereIsNot() {
        assertThatThrownBy(() -> Methods.of("alchemy")).hasMessage("no method alchemy");
    }
}
