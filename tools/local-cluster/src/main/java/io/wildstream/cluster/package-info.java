/** The processes of a cluster on one machine: how they are started, watched, restarted and stopped. */
@NullMarked
package io.wildstream.cluster;

import org.jspecify.annotations.NullMarked;
