// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatusMessageInterceptorTest {

    @Test
    void encodesOnlyWhatTheSpecificationNames() {
        // Given
        String message = "policy.rate: 1.5 is not in (0, 1] / 100 %\nüber";

        // When
        String encoded = StatusMessageInterceptor.encoded(message);

        // Then
        assertThat(encoded).isEqualTo("policy.rate: 1.5 is not in (0, 1] / 100 %25%0A%C3%BCber");
    }
}
