/** Counts of a stream, made from its committed topics. */
@NullMarked
package io.wildstream.client.count;

import org.jspecify.annotations.NullMarked;
