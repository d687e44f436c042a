/** The selector's meters, and what its rules report. */
@NullMarked
package io.wildstream.selector.metrics;

import org.jspecify.annotations.NullMarked;
