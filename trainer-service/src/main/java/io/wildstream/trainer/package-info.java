/** The training stage: one student that learns from its curriculum, its commands, metrics and health. */
@NullMarked
package io.wildstream.trainer;

import org.jspecify.annotations.NullMarked;
