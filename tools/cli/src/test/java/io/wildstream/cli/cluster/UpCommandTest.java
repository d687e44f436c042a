// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.WorkloadSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class UpCommandTest {

    @Test
    void takesTheOptionsOfACluster() {
        // Given
        String[] arguments = {
            "up",
            "--condenser",
            "--with-prometheus",
            "--seed=7",
            "--port-base=20000",
            "--rate=0.3",
            "--curricula=random"
        };

        // When
        UpCommand parsed = (UpCommand) CommandRun.parse(arguments);

        // Then
        WorkloadSettings settings = parsed.settings();
        assertThat(settings.run().condenser()).isTrue();
        assertThat(settings.run().prometheus()).isTrue();
        assertThat(settings.run().portBase()).isEqualTo(20000);
        assertThat(settings.seed()).isEqualTo(7);
        assertThat(settings.rate()).isEqualTo(0.3);
        assertThat(settings.curricula()).containsExactly("random");
    }

    @Test
    void drawsTheProgressOfTheOtherProcessInOnePlace() {
        // Given
        StringWriter written = new StringWriter();
        Screen screen = new Screen(new PrintWriter(written), true, 80);

        // When
        UpCommand.relay("starting    broker starting 0.1 s", screen);
        UpCommand.relay("starting    broker starting 5.1 s", screen);
        UpCommand.relay("started     broker ready 6.0 s", screen);

        // Then
        String again = "\u001b[1A\r\u001b[J";
        assertThat(written.toString().replace(System.lineSeparator(), "\n"))
                .isEqualTo("starting    broker starting 0.1 s\n" + again + "starting    broker starting 5.1 s\n" + again
                        + "started     broker ready 6.0 s\n");
    }
}
