/** What a record of {@code teacher-outputs} is: a scored output, an end marker, or bad input with its reason. */
@NullMarked
package io.wildstream.selector.input;

import org.jspecify.annotations.NullMarked;
