// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.session;

/** Exit statuses of commands beside picocli's 0, 1 and 2. */
public final class ExitStatus {

    /** The counts of a report do not hold, or weights differ that must be equal. */
    public static final int UNSOUND = 3;

    private ExitStatus() {}
}
