// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.util.Set;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * What holds for all tests of a JVM: waits are long enough for a slow machine, and the broker runs before the first class that needs it,
 * so that {@code kafka.bootstrap.servers} is set when Quarkus reads its configuration.
 */
public final class TestBrokerSession implements LauncherSessionListener, TestExecutionListener {

    private static final Set<String> NEED_A_BROKER = Set.of("broker", "quarkus");

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Waits.setDefault();
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        if (plan.getRoots().stream().anyMatch(root -> needsBroker(plan, root))) {
            TestBroker.get();
        }
    }

    private static boolean needsBroker(TestPlan plan, TestIdentifier root) {
        return plan.getDescendants(root).stream()
                .flatMap(test -> test.getTags().stream())
                .anyMatch(tag -> NEED_A_BROKER.contains(tag.getName()));
    }
}
