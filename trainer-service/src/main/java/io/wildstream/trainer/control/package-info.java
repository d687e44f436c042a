/** Commands in, status out: what the user wants of a student and what the student reports. */
@NullMarked
package io.wildstream.trainer.control;

import org.jspecify.annotations.NullMarked;
