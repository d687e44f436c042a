// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.OffsetRange;
import io.wildstream.contracts.v1.SkipRule;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkipRulesTest {

    private static final SkipRules RULES = new SkipRules(List.of(
            SkipRule.newBuilder()
                    .setFromStep(10)
                    .setFromOffset(100)
                    .addSources("bad")
                    .addOffsets(OffsetRange.newBuilder().setFirst(120).setLast(121))
                    .build(),
            SkipRule.newBuilder()
                    .setFromStep(20)
                    .setFromOffset(200)
                    .addSources("worse")
                    .build()));

    @Test
    void aRuleHoldsFromItsOffsetOn() {
        assertThat(RULES.skips(99, "bad")).isFalse();
        assertThat(RULES.skips(100, "bad")).isTrue();
        assertThat(RULES.skips(100, "good")).isFalse();
        assertThat(RULES.skips(199, "worse")).isFalse();
        assertThat(RULES.skips(200, "worse")).isTrue();
    }

    @Test
    void anOffsetRangeIncludesBothEnds() {
        assertThat(RULES.skips(119, "good")).isFalse();
        assertThat(RULES.skips(120, "good")).isTrue();
        assertThat(RULES.skips(121, "good")).isTrue();
        assertThat(RULES.skips(122, "good")).isFalse();
    }

    @Test
    void aRuleBeginsAtItsOwnStepOnly() {
        assertThat(RULES.beginAt(9)).isFalse();
        assertThat(RULES.beginAt(10)).isTrue();
        assertThat(RULES.beginAt(11)).isFalse();
        assertThat(RULES.beginAt(20)).isTrue();
    }

    @Test
    void aSourceIsRehearsedUntilItsRuleBegins() {
        assertThat(RULES.mayRehearse("worse", 19)).isTrue();
        assertThat(RULES.mayRehearse("worse", 20)).isFalse();
        assertThat(RULES.mayRehearse("good", 20)).isTrue();
        assertThat(SkipRules.NONE.mayRehearse("worse", 20)).isTrue();
        assertThat(SkipRules.NONE.skips(200, "worse")).isFalse();
    }
}
