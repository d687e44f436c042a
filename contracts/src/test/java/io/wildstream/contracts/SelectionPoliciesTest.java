// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.SelectionPolicies.Problem;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.Score;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ThresholdPolicy;
import io.wildstream.contracts.v1.TopNWindowPolicy;
import io.wildstream.contracts.v1.TwoPassPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SelectionPoliciesTest {

    static List<SelectionPolicy> takesWhatASelectorCanRun() {
        SelectionPolicy keepRate = SelectionPolicy.newBuilder()
                .setKeepRate(KeepRatePolicy.newBuilder().setRate(1).setWindow(65_536))
                .build();
        TopNWindowPolicy.Builder all =
                TopNWindowPolicy.newBuilder().setWindow(262_144).setKeep(262_144);
        return List.of(
                keepRate,
                keepRate.toBuilder()
                        .setScore(Score.SCORE_FEATURE_NORMALISED)
                        .setTau(1000)
                        .setMaxSharePerClass(1)
                        .setMaxSharePerSource(1e-9)
                        .build(),
                SelectionPolicy.newBuilder()
                        .setThreshold(ThresholdPolicy.getDefaultInstance())
                        .build(),
                SelectionPolicy.newBuilder()
                        .setRandom(RandomPolicy.newBuilder().setRate(1e-9))
                        .build(),
                SelectionPolicy.newBuilder()
                        .setTopNWindow(TopNWindowPolicy.newBuilder().setKeep(8192))
                        .build(),
                SelectionPolicy.newBuilder().setTopNWindow(all).build(),
                SelectionPolicy.newBuilder()
                        .setTwoPass(
                                TwoPassPolicy.newBuilder().setKeep(4_000_000).addUntilOffsets(0))
                        .build(),
                SelectionPolicy.newBuilder()
                        .setTwoPass(TwoPassPolicy.newBuilder().setRate(1).setBalance(Balance.BALANCE_GLOBAL))
                        .build());
    }

    @ParameterizedTest
    @MethodSource
    void takesWhatASelectorCanRun(SelectionPolicy policy) {
        // Given // When // Then
        assertThat(SelectionPolicies.problem(policy)).isEmpty();
    }

    @Test
    void namesTheFieldItsValueAndWhatItMayBe() {
        // Given
        SelectionPolicy tooMany = SelectionPolicy.newBuilder()
                .setTopNWindow(TopNWindowPolicy.newBuilder().setWindow(10).setKeep(11))
                .build();

        // When // Then
        assertThat(SelectionPolicies.problem(tooMany)).contains(new Problem("top_n_window.keep", "11", "in [1, 10]"));
        assertThat(SelectionPolicies.problem(SelectionPolicy.getDefaultInstance()))
                .contains(new Problem("", "empty", "threshold, keep_rate, random, top_n_window or two_pass"));
    }

    @Test
    void fillsInDefaults() {
        // Given
        SelectionPolicy empty = SelectionPolicy.getDefaultInstance();

        // When // Then
        assertThat(SelectionPolicies.tau(empty)).isEqualTo(1);
        assertThat(SelectionPolicies.window(empty.getTopNWindow())).isEqualTo(8192);
        assertThat(SelectionPolicies.balanced(Balance.BALANCE_UNSPECIFIED)).isTrue();
        assertThat(SelectionPolicies.balanced(Balance.BALANCE_GLOBAL)).isFalse();
    }
}
