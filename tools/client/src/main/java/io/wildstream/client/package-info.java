/** Calls to a gateway, feeding of samples, and reading of committed topics. */
@NullMarked
package io.wildstream.client;

import org.jspecify.annotations.NullMarked;
