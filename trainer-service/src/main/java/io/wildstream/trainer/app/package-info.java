/** Starts and ends the trainer process with Quarkus, and shows its health. */
@NullMarked
package io.wildstream.trainer.app;

import org.jspecify.annotations.NullMarked;
