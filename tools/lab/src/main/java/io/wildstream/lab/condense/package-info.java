/** Condensed data sets on this machine: from image files to an artifact with its pictures and figures. */
@NullMarked
package io.wildstream.lab.condense;

import org.jspecify.annotations.NullMarked;
