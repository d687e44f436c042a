/** Condensations: a few learned images in place of many, made on request. */
@NullMarked
package io.wildstream.trainer.condense;

import org.jspecify.annotations.NullMarked;
