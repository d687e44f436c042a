/** The cluster on one machine and its command line. */
@NullMarked
package io.wildstream.local;

import org.jspecify.annotations.NullMarked;
