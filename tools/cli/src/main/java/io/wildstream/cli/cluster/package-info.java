/** Commands that start, stop, feed and show a cluster on this machine. */
@NullMarked
package io.wildstream.cli.cluster;

import org.jspecify.annotations.NullMarked;
