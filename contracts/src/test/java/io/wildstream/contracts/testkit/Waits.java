// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;

/** How long tests wait for something that must happen: long enough for a machine that is ten times slower than usual. */
public final class Waits {

    /** For one thing to happen in the test's JVM or in one process. */
    public static final Duration PATIENT = Duration.ofMinutes(3);

    /** For something that a whole cluster of processes must do. */
    public static final Duration OF_A_CLUSTER = Duration.ofMinutes(10);

    private Waits() {}

    /** Sets Awaitility's default, which is 10 seconds otherwise. */
    static void setDefault() {
        Awaitility.setDefaultTimeout(PATIENT);
    }
}
