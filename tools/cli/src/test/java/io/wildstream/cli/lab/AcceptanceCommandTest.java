// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptanceCommandTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--gateway=8080|--gateway 8080: must be HOST:PORT",
                "--kafka=here|--kafka here: must be HOST:PORT",
                "--samples=0|--samples 0: must be at least 1",
                "--rate=2|--rate 2.0: must be a number in (0, 1]",
                "--rate-limit=0|--rate-limit 0.0: must be above 0",
                "--steps=10|--steps 10: must be at least 100",
            })
    void refusesAWrongOptionOfAnAcceptanceTest(String option, String message) {
        // Given
        String[] arguments = {"acceptance", option};

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @Test
    void anAcceptanceTestSaysWhenNoGatewayAnswers() {
        // Given
        String[] arguments = {"acceptance", "--gateway=127.0.0.1:1"};

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("error: the gateway answered UNAVAILABLE");
    }
}
