/** How a student learns: loss terms, optimizers and schedules; the only package here that touches the deep learning library. */
@NullMarked
package io.wildstream.trainer.method;

import org.jspecify.annotations.NullMarked;
