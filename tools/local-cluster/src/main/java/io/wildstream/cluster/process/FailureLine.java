// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one line of a log that says why its process does not work: the deepest cause of the last stack trace, the last error, or what was
 * printed past the log, whichever comes last; a warning where there is none of them.
 */
final class FailureLine {

    private static final Pattern FRAME = Pattern.compile("\\s+at .*|\\s+\\.\\.\\. \\d+ (more|common frames omitted)");
    private static final Pattern CAUSE = Pattern.compile("(?:Caused by: |Exception in thread \"[^\"]*\" )(.*)");
    /** Also the first line of a stack trace that a logger has printed below its message. */
    private static final Pattern EXCEPTION =
            Pattern.compile("((?:[a-z][\\w]*\\.)+[A-Z][\\w$]*(?:Exception|Error))(: .*)?");
    /** A line of Quarkus' log or of the broker's: level, category and thread, then the message. */
    private static final Pattern LOGGED =
            Pattern.compile("\\S.*?\\b(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|SEVERE)\\b\\s+"
                    + "(?:\\[[^]]*]\\s+(?:\\([^)]*\\)\\s+)?|\\S+ - )(.*)");

    private static final Pattern JSON = Pattern.compile("\\{.*\"level\":\"([A-Z]+)\".*");
    private static final Pattern SAYS_NOTHING =
            Pattern.compile("java\\.lang\\.(RuntimeException|IllegalArgumentException|IllegalStateException)"
                    + "|.*\\.(ConfigException|ConfigurationException)");

    private FailureLine() {}

    /** The line, without date, category and package names; none for a log without lines. */
    static Optional<String> of(List<String> log) {
        return last(log, FailureLine::isFailure)
                .or(() -> last(log, line -> level(line).startsWith("WARN")))
                .or(() -> last(log, line -> !line.isBlank()))
                .map(FailureLine::text);
    }

    private static Optional<String> last(List<String> log, Predicate<String> wanted) {
        for (int i = log.size() - 1; i >= 0; i--) {
            if (wanted.test(log.get(i))) {
                return Optional.of(log.get(i));
            }
        }
        return Optional.empty();
    }

    private static boolean isFailure(String line) {
        if (line.isBlank() || FRAME.matcher(line).matches()) {
            return false;
        }
        String level = level(line);
        return level.isEmpty() || level.equals("ERROR") || level.equals("FATAL") || level.equals("SEVERE");
    }

    /** The level of a logged line, empty for one that no logger has written. */
    private static String level(String line) {
        Matcher json = JSON.matcher(line);
        if (json.matches()) {
            return json.group(1);
        }
        Matcher logged = LOGGED.matcher(line);
        return logged.matches() ? logged.group(1) : "";
    }

    private static String text(String line) {
        Matcher cause = CAUSE.matcher(line);
        if (cause.matches()) {
            return exception(cause.group(1));
        }
        Matcher logged = LOGGED.matcher(line);
        return logged.matches() ? exception(logged.group(2)) : exception(line.strip());
    }

    /** An exception without its package, and without its name where that says nothing beside the message. */
    private static String exception(String text) {
        Matcher matcher = EXCEPTION.matcher(text);
        if (!matcher.matches()) {
            return text;
        }
        String name = matcher.group(1);
        String message = matcher.group(2);
        if (message != null && SAYS_NOTHING.matcher(name).matches()) {
            return message.substring(2);
        }
        return name.substring(name.lastIndexOf('.') + 1) + (message == null ? "" : message);
    }
}
