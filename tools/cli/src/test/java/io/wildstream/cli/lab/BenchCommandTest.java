// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import org.junit.jupiter.api.Test;

class BenchCommandTest {

    @Test
    void benchObeysItsSeedAndPort() {
        // Given // When
        BenchCommand bench = (BenchCommand) CommandRun.parse("bench", "--seed=7", "--port-base=20000");

        // Then
        assertThat(bench.settings().seed()).isEqualTo(7);
        assertThat(bench.settings().run().portBase()).isEqualTo(20000);
    }
}
