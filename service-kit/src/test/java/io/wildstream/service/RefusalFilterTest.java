// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class RefusalFilterTest {

    private static final String START = "io.quarkus.runtime.Application";

    private final RefusalFilter filter = new RefusalFilter();

    @Test
    void aRefusedSettingIsOneLine() {
        // Given
        Throwable refused = catchThrowable(() -> Values.between("wildstream.partitions", 0, 1, 10));
        LogRecord record = record(START, new RuntimeException("Failed to start quarkus", refused));

        // When
        boolean logged = filter.isLoggable(record);

        // Then
        assertThat(logged).isTrue();
        assertThat(record.getMessage())
                .isEqualTo("not started: wildstream.partitions must be between 1 and 10, but is 0");
        assertThat(record.getThrown()).isNull();
    }

    @Test
    void anythingElseKeepsItsStack() {
        // Given
        LogRecord broken = record(START, new RuntimeException(new IllegalStateException("impossible")));
        LogRecord foreign = record(START, catchThrowable(() -> Integer.parseInt("x")));
        LogRecord later = record("io.wildstream.X", catchThrowable(() -> Values.atLeast("k", 0, 1)));

        // When / Then
        for (LogRecord record : new LogRecord[] {broken, foreign, later}) {
            assertThat(filter.isLoggable(record)).isTrue();
            assertThat(record.getThrown()).isNotNull();
        }
    }

    private static LogRecord record(String logger, Throwable thrown) {
        LogRecord record = new LogRecord(Level.SEVERE, "Failed to start application");
        record.setLoggerName(logger);
        record.setThrown(thrown);
        return record;
    }
}
