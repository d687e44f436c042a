// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Starts the broker before the first test class, so that {@code kafka.bootstrap.servers} is set when Quarkus reads its configuration. */
public final class TestBrokerSession implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        // A fuzzer needs none and runs in little memory.
        if (System.getenv("JAZZER_FUZZ") == null) {
            TestBroker.get();
        }
    }
}
