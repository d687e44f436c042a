package io.wildstream.local;

import io.wildstream.local.command.Wildstream;

/** The command line program. */
public final class Main {

    private Main() {}

    /** Runs a command and ends the process with its exit status. */
    public static void main(String[] arguments) {
        System.exit(Wildstream.execute(arguments));
    }
}
