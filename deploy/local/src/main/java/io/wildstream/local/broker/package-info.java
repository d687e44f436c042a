/** The Kafka broker of a cluster on one machine, as a program of its own. */
@NullMarked
package io.wildstream.local.broker;

import org.jspecify.annotations.NullMarked;
