// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ControlKeysTest {

    @Test
    void everyKeyLeadsBackToItsName() {
        assertThat(ControlKeys.curriculumOf(ControlKeys.curriculum("dfnd"))).isEqualTo("dfnd");
        assertThat(ControlKeys.studentOf(ControlKeys.student("s-1"))).isEqualTo("s-1");
        assertThat(ControlKeys.condensationOf(ControlKeys.condensation("tiny"))).isEqualTo("tiny");
    }

    @Test
    void aKeyOfAnotherKindHasNoSuchName() {
        assertThat(ControlKeys.curriculumOf(ControlKeys.student("s-1"))).isNull();
        assertThat(ControlKeys.studentOf(ControlKeys.TEACHER)).isNull();
        assertThat(ControlKeys.condensationOf(ControlKeys.curriculum("dfnd"))).isNull();
    }

    @Test
    void refusesANameThatNoTopicCouldHave() {
        assertThatThrownBy(() -> ControlKeys.student("S 1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("student 'S 1': must be 1 to 63 lower-case letters, digits and hyphens,"
                        + " beginning with a letter");
        assertThatThrownBy(() -> ControlKeys.curriculum("")).hasMessageContaining("curriculum ''");
    }
}
