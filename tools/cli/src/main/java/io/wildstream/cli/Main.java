// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.cli.session.Shutdown;

/** The command line program. */
public final class Main {

    private Main() {}

    /** Runs a command and ends the process with its exit status. */
    public static void main(String[] arguments) {
        Shutdown.install();
        int status = Wildstream.execute(arguments);
        Shutdown.leave();
        System.exit(status);
    }
}
