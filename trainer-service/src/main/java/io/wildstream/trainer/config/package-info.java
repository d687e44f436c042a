/** Settings of a trainer, checked when the process starts. */
@NullMarked
package io.wildstream.trainer.config;

import org.jspecify.annotations.NullMarked;
