/** Learning a student again from the beginning of its curriculum, to compare the weights. */
@NullMarked
package io.wildstream.lab.replay;

import org.jspecify.annotations.NullMarked;
