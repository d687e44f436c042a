/** Commands about dead letters: list, show, and send their originals again. */
@NullMarked
package io.wildstream.cli.deadletters;

import org.jspecify.annotations.NullMarked;
