/** Answers of a gateway and dead letters as lines for a terminal. */
@NullMarked
package io.wildstream.client.text;

import org.jspecify.annotations.NullMarked;
