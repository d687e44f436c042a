/** A cluster without an end, as {@code wildstream up} starts it. */
@NullMarked
package io.wildstream.lab.up;

import org.jspecify.annotations.NullMarked;
