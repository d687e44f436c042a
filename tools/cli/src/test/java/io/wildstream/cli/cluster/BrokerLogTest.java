// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cluster.broker.BrokerMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The broker with the logger that the command line brings. */
class BrokerLogTest {

    @Test
    void logsInTheFormatOfAllProcessesHoweverItIsStarted() throws IOException, InterruptedException {
        // Given
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName());

        // When
        Process process = command.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(process.waitFor()).as(output).isEqualTo(2);
        assertThat(output.strip())
                .matches(
                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\[main] ERROR io.wildstream.cluster.broker.BrokerMain"
                                + " - arguments: DIRECTORY \\[PORT CONTROLLER-PORT \\[HOST]], got \\[]");
    }
}
