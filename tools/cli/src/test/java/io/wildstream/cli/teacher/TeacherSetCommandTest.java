// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import org.junit.jupiter.api.Test;

class TeacherSetCommandTest {

    @Test
    void theTeacherIsNotSetWithoutAModel() {
        // Given
        String[] arguments = {"teacher", "set", "--omit-features"};

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("Missing required parameter: 'MODEL'");
    }
}
