// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.SelectionPolicies;
import io.wildstream.contracts.v1.SelectionPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoliciesTest {

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 0.1, 0.27, 1})
    void everyNameStandsForAPolicyThatSelectorsCanRun(double rate) {
        // Given // When // Then
        for (String name : Policies.NAMES) {
            SelectionPolicy policy = Policies.of(name, rate, 1);
            assertThat(SelectionPolicies.problem(policy)).as(name).isEmpty();
        }
        assertThatThrownBy(() -> Policies.of("best", rate, 1)).hasMessageContaining("dfnd-two-pass");
    }
}
