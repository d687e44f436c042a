// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.lab.terminal.Screen;
import java.util.function.Consumer;

/**
 * What every run works with.
 *
 * @param home where its files go
 * @param installation what it starts
 * @param screen where it shows its progress
 * @param onStop gets what must be done when the program is stopped in the middle; a later task replaces an earlier one
 */
public record RunContext(Home home, Installation installation, Screen screen, Consumer<Runnable> onStop) {}
