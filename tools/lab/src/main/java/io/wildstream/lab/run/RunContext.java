// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import io.wildstream.cluster.ClusterPlan;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.lab.terminal.Screen;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What every run works with.
 *
 * @param home where its files go
 * @param installation what it starts
 * @param screen where it shows its progress
 * @param onStop gets what must be done when the program is stopped in the middle; a later task replaces an earlier one
 * @param startTimeout after which the start of a cluster is given up
 */
public record RunContext(
        Home home, Installation installation, Screen screen, Consumer<Runnable> onStop, Duration startTimeout) {

    /** With the usual time-out of a start. */
    public RunContext(Home home, Installation installation, Screen screen, Consumer<Runnable> onStop) {
        this(home, installation, screen, onStop, ClusterPlan.START_TIMEOUT);
    }
}
