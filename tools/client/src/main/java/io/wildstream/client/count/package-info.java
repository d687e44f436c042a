/** What a stream came to, counted in its committed topics. */
@NullMarked
package io.wildstream.client.count;

import org.jspecify.annotations.NullMarked;
