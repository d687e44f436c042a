/** The Kafka broker of a cluster on one machine, as a program of its own. */
@NullMarked
package io.wildstream.cluster.broker;

import org.jspecify.annotations.NullMarked;
