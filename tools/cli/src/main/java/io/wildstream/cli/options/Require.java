// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

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
}
