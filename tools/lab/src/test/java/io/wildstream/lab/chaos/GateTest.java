// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class GateTest {

    @Test
    void letsAsManyPassAsItWasOpenedFor() {
        // Given
        Gate gate = new Gate(3);
        Thread feeder = new Thread(() -> {
            try {
                for (int i = 0; i < 10; i++) {
                    gate.pass();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        feeder.start();
        await().until(() -> feeder.getState() == Thread.State.WAITING);
        assertThat(gate.passed()).isEqualTo(3);

        // When
        gate.open(7);
        gate.open(5);

        // Then
        await().until(() -> gate.passed() == 7 && feeder.getState() == Thread.State.WAITING);
        gate.open(10);
        await().until(() -> !feeder.isAlive());
        assertThat(gate.passed()).isEqualTo(10);
    }
}
