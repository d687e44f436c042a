/** Files and directories that nobody but their owner can read. */
@NullMarked
package io.wildstream.cluster.files;

import org.jspecify.annotations.NullMarked;
