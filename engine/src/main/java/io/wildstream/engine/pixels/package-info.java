/** From a sample's payload and view to the normalised pixels that a network reads. */
@NullMarked
package io.wildstream.engine.pixels;

import org.jspecify.annotations.NullMarked;
