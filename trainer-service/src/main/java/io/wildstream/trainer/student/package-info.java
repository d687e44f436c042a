/** A student in memory: how it is made, what it learns from and where it is in its curriculum. */
@NullMarked
package io.wildstream.trainer.student;

import org.jspecify.annotations.NullMarked;
