/** A long run that shows whether a process grows or a sample is lost. */
@NullMarked
package io.wildstream.lab.soak;

import org.jspecify.annotations.NullMarked;
