/** Curricula and their policies: which ones there are, how each decides, and the bytes of their records. */
@NullMarked
package io.wildstream.selector.curriculum;

import org.jspecify.annotations.NullMarked;
