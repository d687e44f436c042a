/** All meters of the trainer. */
@NullMarked
package io.wildstream.trainer.metrics;

import org.jspecify.annotations.NullMarked;
