// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Refuses option values with one line that names the option, the value and what it must be. */
public final class Require {

    private Require() {}

    /**
     * Checks one value.
     *
     * @param spec of the command that has the option
     * @param wanted what the value must be, such as {@code at least 1}
     * @throws ParameterException when the condition does not hold
     */
    public static void that(CommandSpec spec, boolean holds, String option, @Nullable Object value, String wanted) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), option + " " + value + ": must be " + wanted);
        }
    }

    /**
     * Checks that files can be written into a directory, which is made when it is missing.
     *
     * @throws ParameterException when that is not possible
     */
    public static void directory(CommandSpec spec, String option, Path directory) {
        try {
            Files.createDirectories(directory.toAbsolutePath());
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(), option + " " + directory + ": the directory cannot be made: " + e, e);
        }
        that(spec, Files.isWritable(directory.toAbsolutePath()), option, directory, "a directory that can be written");
    }

    /**
     * Checks that a file can be written; its directory is made when it is missing.
     *
     * @throws ParameterException when that is not possible
     */
    public static void writable(CommandSpec spec, String option, Path file) {
        that(spec, !Files.isDirectory(file), option, file, "a file, not a directory");
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            directory(spec, option, parent);
        }
    }
}
