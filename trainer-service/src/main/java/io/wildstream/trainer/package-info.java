/** The training stage: one student that learns from its curriculum. Start reading at {@link TrainingLoop}. */
@NullMarked
package io.wildstream.trainer;

import org.jspecify.annotations.NullMarked;
