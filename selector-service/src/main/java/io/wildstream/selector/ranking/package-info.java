/** Selection over all partitions: windows of {@code top_n_window}, the log of {@code two_pass}, and the second pass over both. */
@NullMarked
package io.wildstream.selector.ranking;

import org.jspecify.annotations.NullMarked;
