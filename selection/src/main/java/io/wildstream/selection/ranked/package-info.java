/** Selection among samples that are ranked together, after all of them are known. */
@NullMarked
package io.wildstream.selection.ranked;

import org.jspecify.annotations.NullMarked;
