// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Lets a service that refuses a setting end with one line that says what to change: Quarkus logs what an application's start throws with
 * its whole stack.
 */
@LoggingFilter(name = "refusal")
public final class RefusalFilter implements Filter {

    private static final String START = "io.quarkus.runtime.Application";

    @Override
    public boolean isLoggable(LogRecord record) {
        if (START.equals(record.getLoggerName())) {
            String refusal = refusal(record.getThrown());
            if (refusal != null) {
                record.setMessage("not started: " + refusal);
                record.setParameters(null);
                record.setThrown(null);
            }
        }
        return true;
    }

    /** What a class of Wildstream has said of a setting; null where something else is wrong, whose stack is wanted. */
    private static @Nullable String refusal(@Nullable Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            StackTraceElement[] stack = cause.getStackTrace();
            if (cause instanceof IllegalArgumentException
                    && stack.length > 0
                    && stack[0].getClassName().startsWith("io.wildstream.")) {
                return cause.getMessage();
            }
        }
        return null;
    }
}
