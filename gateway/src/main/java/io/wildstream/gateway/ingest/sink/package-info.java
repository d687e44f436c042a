/** Where samples are stored: plainly, or each id once. */
@NullMarked
package io.wildstream.gateway.ingest.sink;

import org.jspecify.annotations.NullMarked;
