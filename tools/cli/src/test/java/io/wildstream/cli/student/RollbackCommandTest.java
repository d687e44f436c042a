// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.student;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import io.wildstream.cli.options.Offsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollbackCommandTest {

    @ParameterizedTest
    @ValueSource(strings = {"7-3", "-3", "3-", "1-2-3", "x", "3-7,9-8", "99999999999999999999"})
    void rollbackRefusesARangeThatIsNone(String offsets) {
        // Given
        String[] arguments = {"rollback", "dfnd", "--to-step=1", "--skip-offsets=" + offsets};

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("is not a range of offsets, for example 3-7 or 12");
    }

    @Test
    void rollbackTakesOffsetsOneByOneAndByRange() {
        // Given // When
        RollbackCommand rollback =
                (RollbackCommand) CommandRun.parse("rollback", "dfnd", "--to-step=1", "--skip-offsets=3-7,12");

        // Then
        assertThat(rollback.offsets).containsExactly(new Offsets(3, 7), new Offsets(12, 12));
    }
}
