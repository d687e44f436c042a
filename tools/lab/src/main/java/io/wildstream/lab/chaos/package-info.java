/** Chaos: faults at random points of a stream, and the proof that nothing was lost and nothing was learned twice. */
@NullMarked
package io.wildstream.lab.chaos;

import org.jspecify.annotations.NullMarked;
