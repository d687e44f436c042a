// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FailureLineTest {

    private static final String INFO = "2026-11-30 06:00:01.000 INFO  [io.wildstream.teacher.Pipeline] (main) begins";
    private static final String WARN =
            "2026-11-30 06:00:02.000 WARN  [org.apache.kafka.clients.NetworkClient] (admin-1) Connection to node -1"
                    + " (127.0.0.1:1) could not be established";

    @Test
    void isTheDeepestCauseOfTheLastStackTrace() {
        assertThat(line("""
                        2026-11-30 06:00:00.000 ERROR [io.quarkus.runtime.Application] (main) Failed to start application
                        java.lang.RuntimeException: Failed to start quarkus
                        \tat io.quarkus.runner.ApplicationImpl.doStart(Unknown Source)
                        Caused by: java.lang.IllegalStateException: the topic cannot be made
                        \tat io.wildstream.Topics.make(Topics.java:1)
                        Caused by: org.apache.kafka.common.errors.TimeoutException: no broker within 60 s
                        \tat org.apache.kafka.Client.call(Client.java:2)
                        \t... 12 more
                        2026-11-30 06:00:01.000 INFO  [io.quarkus] (main) stopped in 0.1 s
                        """)).isEqualTo("TimeoutException: no broker within 60 s");
    }

    @Test
    void isTheLastErrorWithoutDateAndCategory() {
        assertThat(line("""
                        2026-11-30 06:00:00.000 ERROR [io.wildstream.A] (main) the first
                        2026-11-30 06:00:00.000 ERROR [io.quarkus.runtime.Application] (main) Port 8080 seems to be in use
                        2026-11-30 06:00:00.000 WARN  [io.quarkus.runtime.Application] (main) Use 'ss -anop' to find out
                        """)).isEqualTo("Port 8080 seems to be in use");
    }

    @Test
    void isWhatWasPrintedPastTheLog() {
        String refusal = "unknown key 'wildstream.colour': docs/configuration.md lists all keys";
        assertThat(line(INFO + "\n" + refusal + "\n" + INFO)).isEqualTo(refusal);
        assertThat(line("Error: Unable to access jarfile gateway.jar\n"))
                .isEqualTo("Error: Unable to access jarfile gateway.jar");
        assertThat(line("""
                        Exception in thread "main" java.io.IOException: the broker's directory was not formatted
                        \tat io.wildstream.BrokerMain.format(BrokerMain.java:1)
                        """)).isEqualTo("IOException: the broker's directory was not formatted");
        assertThat(line("Terminating due to java.lang.OutOfMemoryError: Java heap space\n"))
                .isEqualTo("Terminating due to java.lang.OutOfMemoryError: Java heap space");
    }

    @Test
    void isTheLastWarningOfAProcessThatOnlyWaits() {
        assertThat(line(INFO + "\n" + WARN + "\n" + INFO + "\n\n"))
                .isEqualTo("Connection to node -1 (127.0.0.1:1) could not be established");
    }

    @Test
    void isTheLastLineOfALogWithoutTrouble() {
        assertThat(line(INFO)).isEqualTo("begins");
        assertThat(FailureLine.of(List.of("", " "))).isEmpty();
        assertThat(FailureLine.of(List.of())).isEmpty();
    }

    @Test
    void leavesOutTheNameOfAnExceptionThatSaysNothing() {
        assertThat(line("Caused by: java.lang.IllegalArgumentException: rate must be above 0, but is 0\n"))
                .isEqualTo("rate must be above 0, but is 0");
        assertThat(line("Caused by: java.lang.NullPointerException\n")).isEqualTo("NullPointerException");
    }

    @Test
    void readsLogsInJsonAndOfTheBroker() {
        String error = "{\"timestamp\":\"2026\",\"level\":\"ERROR\",\"message\":\"no such model\"}";
        String info = "{\"timestamp\":\"2026\",\"level\":\"INFO\",\"message\":\"stopped\"}";
        assertThat(line(error + "\n" + info)).isEqualTo(error);
        assertThat(line("2026-11-30 06:00:00.000 [main] ERROR kafka.server.Broker - the disk is full\n"
                        + "2026-11-30 06:00:00.000 [main] INFO io.wildstream.cluster.broker.BrokerMain - ends\n"))
                .isEqualTo("the disk is full");
    }

    private static String line(String log) {
        return FailureLine.of(log.lines().toList()).orElseThrow();
    }
}
