/** The selector: reads what the teacher says of each sample and writes the curricula that the students learn from. */
@NullMarked
package io.wildstream.selector;

import org.jspecify.annotations.NullMarked;
