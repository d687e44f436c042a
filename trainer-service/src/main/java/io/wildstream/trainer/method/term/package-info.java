/** One short class for each term that a training loss can be summed up of: formula, paper, symbols, and a pure function of arrays. */
@NullMarked
package io.wildstream.trainer.method.term;

import org.jspecify.annotations.NullMarked;
